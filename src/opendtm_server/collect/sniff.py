"""What a file may be shown as: a picture by its first bytes, or bytes to download. The sender is not believed."""

_PICTURES = (
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
)


def safe_type(beginning: bytes) -> tuple[str, str]:
    """Give a media type that a browser can only draw, and the file's ending; plain bytes for all the rest."""
    for mark, media_type, ending in _PICTURES:
        if beginning.startswith(mark):
            return media_type, ending
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp", ".webp"
    return "application/octet-stream", ".bin"
