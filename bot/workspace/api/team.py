"""The team and its apps: `team.info`, `bots.info`, `emoji.list`, `bookmarks.list`."""

from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError
from bot.workspace.api.finding import seen_channel
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.showing import photo_url

ICON_SIZES = (34, 44, 68, 88, 102, 132, 230)
BOT_ICON_SIZES = (36, 48, 72)


def info(call: Call) -> Json:
    team = call.desk.workspace.team
    if call.arguments.text("team", team.id) not in ("", team.id):
        raise SlackError("team_not_found")
    icon: Json = {f"image_{size}": f"{team.url}photos/{team.id}-{size}.svg" for size in ICON_SIZES}
    return {
        "team": {
            "id": team.id,
            "name": team.name,
            "url": team.url,
            "domain": team.domain,
            "email_domain": "",
            "icon": icon | {"image_default": True},
            "avatar_base_url": f"{team.url}photos/",
            "is_verified": False,
        }
    }


def bot_info(call: Call) -> Json:
    workspace = call.desk.workspace
    wanted = call.arguments.text("bot") or call.app.bot
    app = next((one for one in workspace.apps.values() if one.bot == wanted), None)
    if app is None:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": app.bot,
            "deleted": app.revoked,
            "name": app.name,
            "updated": workspace.people[app.user].updated,
            "app_id": app.id,
            "user_id": app.user,
            "icons": {f"image_{size}": photo_url(workspace, app.user, size) for size in BOT_ICON_SIZES},
        }
    }


def list_emoji(call: Call) -> Json:
    """Only what a team has added itself: nothing here."""
    found: Json = {"emoji": {}, "cache_ts": f"{call.desk.workspace.clock.now():.6f}"}
    if call.arguments.flag("include_categories"):
        found |= {"categories_version": "1", "categories": []}
    return found


def list_bookmarks(call: Call) -> Json:
    seen_channel(call, name="channel_id")
    return {"bookmarks": []}


METHODS: Mapping[str, Method] = {
    "team.info": Method(do=info, scopes=("team:read",), errors=("team_not_found",)),
    "bots.info": Method(do=bot_info, scopes=("users:read",), takes_json=False, errors=("bot_not_found",)),
    "emoji.list": Method(do=list_emoji, tier=Tier.TWO, scopes=("emoji:read",), takes_json=False),
    "bookmarks.list": Method(do=list_bookmarks, scopes=("bookmarks:read",), errors=("channel_not_found",)),
}
