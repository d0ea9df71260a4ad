"""Changes of records."""

from documents.commands.attachments import (
    attach_file,
    attach_upload,
    remove_attachment,
    reorder_attachments,
    replace_attachment,
)
from documents.commands.filing import create_binder, create_classification
from documents.commands.numbers import cancel_number, take_number
from documents.commands.readers import (
    name_reader,
    set_apart,
    set_secrecy,
    share_binder,
    share_class,
    shown_title,
    strike_reader,
    unshare_binder,
    unshare_class,
)
from documents.commands.reading import note_download, note_file_opened, note_print, note_record_opened, note_search
from documents.commands.records import (
    complete_record,
    create_record,
    describe_record,
    freeze_original,
    grant_reading,
    set_record_number,
    set_record_state,
)
from documents.commands.refusals import note_refused_file
from documents.commands.renditions import request_rendition, store_rendition
from documents.commands.texts import store_page_texts

__all__ = [
    "attach_file",
    "attach_upload",
    "cancel_number",
    "complete_record",
    "create_binder",
    "create_classification",
    "create_record",
    "describe_record",
    "freeze_original",
    "grant_reading",
    "name_reader",
    "note_download",
    "note_file_opened",
    "note_print",
    "note_record_opened",
    "note_refused_file",
    "note_search",
    "remove_attachment",
    "reorder_attachments",
    "replace_attachment",
    "request_rendition",
    "set_apart",
    "set_record_number",
    "set_record_state",
    "set_secrecy",
    "share_binder",
    "share_class",
    "shown_title",
    "store_page_texts",
    "store_rendition",
    "strike_reader",
    "take_number",
    "unshare_binder",
    "unshare_class",
]
