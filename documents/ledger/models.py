"""The audit trail.  Its row format is final: rows are only ever added, and triggers refuse everything else."""

from __future__ import annotations

from django.db import models

FORMAT = 1


class LedgerEntry(models.Model):
    """One act.  `body` is the canonical JSON whose bytes are hashed; the other columns repeat parts of it for search.

    `leaf` = SHA-256(0x00 ‖ body), and the body holds SHA-256(salt ‖ personal): the personal part can be erased without
    breaking proofs.
    `transaction` is PostgreSQL's xid8 as text of a whole number (empty on SQLite); `cluster` names the database cluster.
    """

    id = models.BigAutoField(primary_key=True)
    format = models.PositiveSmallIntegerField()
    cluster = models.CharField(max_length=40)
    transaction = models.CharField(max_length=24, blank=True)
    action = models.CharField(max_length=80, db_index=True)
    at = models.DateTimeField(db_index=True)  # the application's clock
    database_at = models.DateTimeField()  # the database's own clock
    actor_kind = models.CharField(max_length=10)
    actor_code = models.CharField(max_length=40, db_index=True)
    actor_name = models.CharField(max_length=100)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    record_id = models.BigIntegerField(null=True, db_index=True)  # the document it belongs to, where there is one
    request_id = models.CharField(max_length=40, blank=True)
    body = models.BinaryField()
    salt = models.BinaryField()
    personal = models.BinaryField(null=True)
    personal_hash = models.BinaryField()
    leaf = models.BinaryField()

    class Meta:
        indexes = [models.Index("subject_type", "subject_id", name="ledger_subject")]


class Cluster(models.Model):
    """The identity of this database cluster; a restore gives a new one (an epoch).  Exactly one row is current."""

    identifier = models.CharField(max_length=40, primary_key=True)
    began_at = models.DateTimeField()
