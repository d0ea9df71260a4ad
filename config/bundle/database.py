"""Before an installation: does this program know every migration of the database it is to serve?"""

from __future__ import annotations

import sys

import django


def unknown_migrations() -> list[str]:
    """Migrations the database has that this program lacks: it was served by a newer one."""
    from django.db import connection  # noqa: PLC0415 - after django.setup()
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 - after django.setup()

    loader = MigrationLoader(connection)
    ours = loader.migrated_apps
    return sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations or {}
        if app in ours and (app, name) not in loader.disk_migrations and (app, name) not in loader.replacements
    )


def main() -> None:
    """End with a sentence when it does not."""
    django.setup()
    unknown = unknown_migrations()
    if unknown:
        sys.exit(f"The database is of a newer version than this bundle: it has {', '.join(unknown)}.")


if __name__ == "__main__":
    main()
