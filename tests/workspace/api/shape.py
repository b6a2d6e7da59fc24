"""What an answer has to look like: keys and types, as public samples of Slack's own answers have them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

Shape: TypeAlias = "type | tuple[type, ...] | Mapping[str, Shape] | Sequence[Shape]"
"""A type, one of several, an object with at least these fields, or a list of things of one shape."""
Fields: TypeAlias = "Mapping[str, Shape]"

MAYBE_TEXT = (str, type(None))

TOPIC: Fields = {"value": str, "creator": str, "last_set": int}
CHANNEL: Fields = {
    "id": str, "name": str, "name_normalized": str, "is_channel": bool, "is_group": bool, "is_im": bool,
    "is_mpim": bool, "is_private": bool, "is_archived": bool, "is_general": bool, "is_shared": bool,
    "is_ext_shared": bool,
    "is_org_shared": bool, "is_member": bool, "is_pending_ext_shared": bool, "created": int, "creator": str,
    "unlinked": int, "updated": int, "context_team_id": str, "shared_team_ids": [str], "pending_shared": [],
    "pending_connected_team_ids": [], "previous_names": [], "topic": TOPIC, "purpose": TOPIC,
}  # fmt: skip
BOT_PROFILE: Fields = {
    "id": str, "app_id": str, "name": str, "deleted": bool, "updated": int, "team_id": str,
    "icons": {"image_36": str, "image_48": str, "image_72": str},
}  # fmt: skip
MESSAGE: Fields = {"type": str, "text": str, "user": str, "ts": str, "team": str}
BOT_MESSAGE: Fields = {**MESSAGE, "bot_id": str, "app_id": str, "bot_profile": BOT_PROFILE}
ROOT: Fields = {
    **BOT_MESSAGE, "thread_ts": str, "reply_count": int, "reply_users_count": int, "latest_reply": str,
    "reply_users": [str], "is_locked": bool, "subscribed": bool,
}  # fmt: skip
NEXT: Fields = {"next_cursor": str}
PROFILE: Fields = {
    "title": str, "phone": str, "skype": str, "real_name": str, "real_name_normalized": str, "display_name": str,
    "display_name_normalized": str, "status_text": str, "status_emoji": str, "status_expiration": int,
    "status_emoji_display_info": [], "avatar_hash": str, "email": str, "first_name": str, "last_name": str,
    "image_24": str, "image_32": str, "image_48": str, "image_72": str, "image_192": str, "image_512": str,
}  # fmt: skip
USER: Fields = {
    "id": str, "team_id": str, "name": str, "deleted": bool, "color": str, "real_name": str, "tz": str, "tz_label": str,
    "tz_offset": int, "profile": {**PROFILE, "team": str}, "is_admin": bool, "is_owner": bool, "is_primary_owner": bool,
    "is_restricted": bool, "is_ultra_restricted": bool, "is_bot": bool, "is_app_user": bool, "updated": int,
    "is_email_confirmed": bool, "who_can_share_contact_card": str,
}  # fmt: skip
VIEW: Fields = {
    "id": str, "team_id": str, "type": str, "blocks": [{"type": str, "block_id": str}], "private_metadata": str,
    "callback_id": str, "external_id": str, "state": {"values": {}}, "hash": str, "clear_on_close": bool,
    "notify_on_close": bool, "submit_disabled": bool, "root_view_id": str, "previous_view_id": MAYBE_TEXT,
    "app_id": str, "app_installed_team_id": str, "bot_id": str, "title": {"type": str, "text": str, "emoji": bool},
}  # fmt: skip
FILE: Fields = {
    "id": str, "created": int, "timestamp": int, "name": str, "title": str, "mimetype": str, "filetype": str,
    "pretty_type": str, "user": str, "user_team": str, "editable": bool, "size": int, "mode": str, "is_external": bool,
    "external_type": str, "is_public": bool, "public_url_shared": bool, "display_as_bot": bool, "username": str,
    "url_private": str, "url_private_download": str, "permalink": str, "channels": [str], "groups": [str], "ims": [str],
    "comments_count": int, "has_more_shares": bool,
}  # fmt: skip
GROUP: Fields = {
    "id": str, "team_id": str, "is_usergroup": bool, "is_subteam": bool, "name": str, "description": str, "handle": str,
    "is_external": bool, "date_create": int, "date_update": int, "date_delete": int, "auto_type": MAYBE_TEXT,
    "created_by": str, "updated_by": str, "deleted_by": MAYBE_TEXT, "prefs": {"channels": [], "groups": []},
}  # fmt: skip
PAGING: Fields = {"count": int, "total": int, "page": int, "pages": int}


def differs(value: object, shape: Shape, place: str = "") -> list[str]:
    """Where a value is not of a shape; more fields than named are fine."""
    if isinstance(shape, Mapping):
        if not isinstance(value, dict):
            return [f"{place}: {value!r} is no object"]
        fields = cast("dict[str, object]", value)
        missing = [f"{place}/{name} is missing" for name in shape if name not in fields]
        inside = (differs(fields[name], part, f"{place}/{name}") for name, part in shape.items() if name in fields)
        return missing + [line for lines in inside for line in lines]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{place}: {value!r} is no list"]
        items = cast("list[object]", value)
        return [line for at, item in enumerate(items) for one in shape for line in differs(item, one, f"{place}/{at}")]
    kinds = cast("tuple[type, ...]", shape if isinstance(shape, tuple) else (shape,))
    fits = type(value) in kinds
    return [] if fits else [f"{place}: {value!r} is no {' or '.join(kind.__name__ for kind in kinds)}"]
