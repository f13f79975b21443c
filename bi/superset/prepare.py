"""Bring Superset's own database up to date: its tables, the one user, and the dashboard of `assets/`.

Started by `start.py`, in Superset's environment, whenever something that this script reads has changed.
"""

import json
import os
from pathlib import Path

import yaml
from flask import g
from flask_migrate import upgrade
from superset.app import create_app

ASSETS = Path(__file__).parent / "assets"


def add_user(password: str) -> None:
    """Let `admin` in with this password, and act on behalf of this user from here on."""
    from superset import appbuilder, security_manager

    appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    if not security_manager.find_user("admin"):
        role = security_manager.find_role("Admin")
        security_manager.add_user("admin", "Tiltak", "Warehouse", "admin@localhost", role)
    g.user = security_manager.find_user("admin")
    security_manager.reset_password(g.user.id, password)


def import_assets() -> None:
    """Import every YAML file of `assets/`; what was changed in the browser is overwritten."""
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    contents = {str(path.relative_to(ASSETS)): path.read_text("utf-8") for path in ASSETS.rglob("*.yaml")}
    ImportAssetsCommand(contents).run()


def draw_breaks() -> None:
    """Give charts the annotation layers of their YAML, which Superset's import leaves out.

    A layer in the YAML names the chart that its events come from by UUID; Superset wants the id.
    """
    from superset import db
    from superset.models.slice import Slice

    charts = {str(chart.uuid): chart for chart in db.session.query(Slice)}
    for path in (ASSETS / "charts").glob("*.yaml"):
        asset = yaml.safe_load(path.read_text("utf-8"))
        layers = asset["params"].get("annotation_layers", [])
        chart = charts[asset["uuid"]]
        params = json.loads(chart.params)
        params["annotation_layers"] = [{**layer, "value": charts[layer["value"]].id} for layer in layers]
        chart.params = json.dumps(params)
    db.session.commit()


def main() -> None:
    """Prepare the home folder that SUPERSET_HOME names; the password comes with SUPERSET_PASSWORD."""
    with create_app().app_context():
        upgrade()
        add_user(os.environ["SUPERSET_PASSWORD"])
        import_assets()
        draw_breaks()


if __name__ == "__main__":
    main()
