"""Who an app is and how it gets its tokens: `api.test`, `auth.*`, `apps.connections.open`, `oauth.v2.access`."""

from collections.abc import Mapping

from bot.workspace.api.call import Call, Method, SlackError, TokenKind
from bot.workspace.changes.installing import install, revoke
from bot.workspace.limit import Tier
from bot.workspace.payload import Json
from bot.workspace.state.app import App


def try_api(call: Call) -> Json:
    """`api.test` gives back what it was given, and fails where it is asked to."""
    arguments = {name: value for name, value in call.arguments.given.items() if name != "token"}
    found = {"args": arguments} if arguments else {}
    error = call.arguments.text("error")
    if error:
        raise SlackError(error, **found)
    return found


def test_auth(call: Call) -> Json:
    workspace, app = call.desk.workspace, call.app
    return {
        "url": workspace.team.url,
        "team": workspace.team.name,
        "user": workspace.people[app.user].name,
        "team_id": workspace.team.id,
        "user_id": app.user,
        "bot_id": app.bot,
        "is_enterprise_install": False,
    }


def revoke_token(call: Call) -> Json:
    if call.arguments.flag("test"):
        return {"revoked": False}
    revoke(call.desk.workspace, call.app)
    return {"revoked": True}


def open_connection(call: Call) -> Json:
    return {"url": call.desk.connections.open(call.app)}


def access(call: Call) -> Json:
    """Changes a code for the token of the app that was installed; each code is good once."""
    app = _client(call)
    grant = call.arguments.text("grant_type") or "authorization_code"
    if grant == "refresh_token":
        raise SlackError("invalid_refresh_token")
    if grant != "authorization_code":
        raise SlackError("invalid_grant_type")
    workspace = call.desk.workspace
    code = workspace.codes.get(call.arguments.text("code"))
    if code is None or code.app != app.id or workspace.clock.now() > code.until:
        raise SlackError("invalid_code")
    if code.redirect_uri and code.redirect_uri != call.arguments.text("redirect_uri"):
        raise SlackError("bad_redirect_uri")
    install(workspace, code)
    return {
        "app_id": app.id,
        "authed_user": {"id": code.person},
        "scope": ",".join(sorted(app.scopes or ())),
        "token_type": "bot",
        "access_token": app.bot_token,
        "bot_user_id": app.user,
        "team": {"id": workspace.team.id, "name": workspace.team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _client(call: Call) -> App:
    """The app that shows its id and its secret."""
    id = call.arguments.text("client_id")
    app = next((one for one in call.desk.workspace.apps.values() if id and one.client_id == id), None)
    if app is None:
        raise SlackError("invalid_client_id")
    if call.arguments.text("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
    return app


METHODS: Mapping[str, Method] = {
    "api.test": Method(do=try_api, tier=Tier.FOUR, token=TokenKind.NONE),
    "auth.test": Method(do=test_auth, tier=Tier.SPECIAL),
    "auth.revoke": Method(do=revoke_token, takes_json=False),
    "apps.connections.open": Method(do=open_connection, tier=Tier.ONE, token=TokenKind.APP),
    "oauth.v2.access": Method(
        do=access,
        tier=Tier.SPECIAL,
        token=TokenKind.NONE,
        takes_json=False,
        errors=(
            "invalid_client_id", "bad_client_secret", "invalid_grant_type", "invalid_refresh_token", "invalid_code",
            "bad_redirect_uri",
        ),
    ),
}  # fmt: skip
