"""What arrives with a form."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class NoFiles(FileUploadHandler):
    """No page takes a file yet: the first one ends the reading, before a stranger fills the disk with it.

    Django reads a form before it knows who sent it, and would keep each file in the temporary folder.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002  the upload's name and kind do not matter
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep nothing."""

    def file_complete(self, file_size: int) -> None:
        """Return no file."""
