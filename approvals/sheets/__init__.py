"""What is shown and kept as a sheet: 鑑, 経過, stamps."""
