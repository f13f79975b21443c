"""Superset's settings for this warehouse: local, closed to the outside, Norwegian numbers, months only."""

import os
from pathlib import Path

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
