"""Superset's settings for this warehouse: local, closed to the outside, Norwegian numbers, months only."""

import json
import os
from pathlib import Path

from flask import Flask, Response, request
from superset.constants import TimeGrain

_HOME = Path(os.environ["SUPERSET_HOME"])

SECRET_KEY = (_HOME / "secret_key").read_text()
if not SECRET_KEY.strip():
    raise ValueError(f"{_HOME / 'secret_key'} is empty; remove it and start again")
SQLALCHEMY_DATABASE_URI = f"sqlite:///{_HOME / 'superset.db'}"
LOG_LEVEL = "ERROR"

# The published file may be replaced at any time, and its queries take milliseconds: no answer is kept.
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}

# The numbers are stocks of a month: no other grain is offered on a time axis.
TIME_GRAIN_DENYLIST = [grain for grain in TimeGrain if grain != TimeGrain.MONTH]

D3_FORMAT = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0kr"]}
D3_TIME_FORMAT = {
    "dateTime": "%d.%m.%Y %H:%M",
    "date": "%d.%m.%Y",
    "time": "%H:%M",
    "periods": ["", ""],
    "days": ["søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"],
    "shortDays": ["søn", "man", "tir", "ons", "tor", "fre", "lør"],
    "months": [
        *("januar", "februar", "mars", "april", "mai", "juni"),
        *("juli", "august", "september", "oktober", "november", "desember"),
    ],
    "shortMonths": ["jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des"],
}

# Superset has no Norwegian: what a reader of the dashboard meets is said here, the rest stays English. Above
# all a chart without rows says why it is empty.
BABEL_DEFAULT_LOCALE = "nb"
LANGUAGES = {"nb": {"flag": "no", "name": "Norsk"}}
_TEXTS: dict[str, str] = json.loads(Path(__file__).with_name("nb.json").read_text("utf-8"))


def FLASK_APP_MUTATOR(app: Flask) -> None:  # noqa: N802 (Superset's name)
    """Answer for the Norwegian language pack, in the form that Superset's pages read."""
    plural = {"domain": "superset", "lang": "nb", "plural_forms": "nplurals=2; plural=(n != 1)"}
    texts = {english: [norwegian] for english, norwegian in _TEXTS.items()}
    pack = json.dumps({"domain": "superset", "locale_data": {"superset": {"": plural, **texts}}})

    def language_pack() -> Response | None:
        if request.path.endswith("/language_pack/nb/"):
            return Response(pack, mimetype="application/json")
        return None

    app.before_request(language_pack)


# Text of the reports and the seeds is text: no HTML in Markdown or cells, no templates in SQL.
HTML_SANITIZATION = True
HTML_SANITIZATION_SCHEMA_EXTENSIONS: dict[str, object] = {}
FEATURE_FLAGS = {"ESCAPE_MARKDOWN_HTML": True, "ENABLE_TEMPLATE_PROCESSING": False}

# Served on loopback over plain HTTP; the browser is told to fetch from nowhere else.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
RATELIMIT_ENABLED = False
