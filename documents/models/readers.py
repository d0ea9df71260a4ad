"""Who may read what beyond the unit that keeps it: grants on classes, binders and records (guardian, direct foreign keys)."""

from __future__ import annotations

from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase


class ClassGrant(GroupObjectPermissionBase):
    """A group may read every binder of a class and of the classes below it, unless the binder stands apart."""

    content_object = models.ForeignKey("documents.Classification", models.CASCADE)


class BinderGrant(GroupObjectPermissionBase):
    """A group may read everything in a binder."""

    content_object = models.ForeignKey("documents.Binder", models.CASCADE)


class BinderReader(UserObjectPermissionBase):
    """A single person may read everything in a binder."""

    content_object = models.ForeignKey("documents.Binder", models.CASCADE)


class RecordGrant(UserObjectPermissionBase):
    """A single person may read a single record: the exception (a step on its route, for instance).

    Of a confidential record these people, and whoever drafted it, are the named list.
    """

    content_object = models.ForeignKey("documents.Record", models.CASCADE)
