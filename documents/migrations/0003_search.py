"""The search index: FTS5 over tokens on SQLite, tsvector with GIN on PostgreSQL.  Token making is ours on both."""

from django.db import migrations

# Every category is a token character: the tokens are made by documents/search/tokens.py and parted by blanks.
FTS = (
    "CREATE VIRTUAL TABLE {name} USING fts5(body, content='', {extra}"
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'\")"
)
GIN = """
CREATE TABLE {name} (id bigint PRIMARY KEY REFERENCES {parent} (id) DEFERRABLE INITIALLY DEFERRED, body tsvector NOT NULL);
ALTER TABLE {name} ALTER COLUMN body SET STATISTICS 10000;
CREATE INDEX {name}_gin ON {name} USING gin (body);
"""
TABLES = {"documents_page_index": "documents_pagetext", "documents_title_index": "documents_record"}


def build(apps, schema_editor):
    for name, parent in TABLES.items():
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(GIN.format(name=name, parent=parent), params=None)
        elif name == "documents_title_index":
            # Titles change while they are drafts, so that table keeps its text and can delete.
            schema_editor.execute(FTS.format(name=name, extra="").replace("content='', ", ""), params=None)
        else:
            schema_editor.execute(FTS.format(name=name, extra=""), params=None)


def drop(apps, schema_editor):
    for name in TABLES:
        schema_editor.execute(f"DROP TABLE {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_initial")]
    operations = [migrations.RunPython(build, drop)]
