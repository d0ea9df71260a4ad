"""The tables of records.  Private to this app: others go through access, queries and commands."""

from documents.models.content import Blob, PageText
from documents.models.filing import Binder, Classification, IssuedNumber, NumberSeries
from documents.models.readers import BinderGrant, BinderReader, ClassGrant, RecordGrant
from documents.models.record import Attachment, AttachmentVersion, Record
from documents.models.rendition import Rendition
from documents.models.upload import PartialUpload

__all__ = [
    "Attachment",
    "AttachmentVersion",
    "Binder",
    "BinderGrant",
    "BinderReader",
    "Blob",
    "ClassGrant",
    "Classification",
    "IssuedNumber",
    "NumberSeries",
    "PageText",
    "PartialUpload",
    "Record",
    "RecordGrant",
    "Rendition",
]
