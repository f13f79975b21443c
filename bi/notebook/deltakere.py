"""Fem spørsmål om deltakere i arbeidsmarkedstiltak, besvart fra det publiserte varehuset.

A marimo notebook, in Norwegian for those who use the statistic. It reads the published file read-only; open
it with `make notebook`. Nothing is added up over months, and no line crosses months that are not loaded.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Deltakere i arbeidsmarkedstiltak")

with app.setup:
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo
    import pandas as pd

    # Colours that differ in lightness too, so that they can be told apart in grey and by the colour-blind.
    COLOURS = ["#0b3c5d", "#d9822b", "#5fa8a0", "#a23b72", "#8a8a8a"]
    # A blank between thousands, as in Norwegian.
    THOUSANDS = "replace(format(datum.value, ',d'), /,/g, '\u00a0')"
    MONTHS = (
        "slice('jan feb mar apr mai jun jul aug sep okt nov des', datum.value * 4 - 4, datum.value * 4 - 1)"
    )


@app.function
def read(query: str) -> pd.DataFrame:
    """Answer a query from the published warehouse, which others may read at the same time."""
    default = Path(__file__).parents[2] / "warehouse" / "tiltak.duckdb"
    path = os.environ.get("TILTAK_DATABASE", str(default))
    with duckdb.connect(path, read_only=True) as connection:
        return connection.sql(query).df()


@app.function
def runs(frame: pd.DataFrame, series: list[str]) -> pd.Series:
    """Number the stretches of months that follow one another in each series; a line stays within one.

    Args:
        frame: has `month_date` besides the columns of the series; its index is unique.
        series: columns that tell one line from another.
    """
    months = frame["month_date"].dt.year * 12 + frame["month_date"].dt.month
    ordered = frame.assign(month_count=months).sort_values([*series, "month_count"])
    begins = ordered.groupby(series)["month_count"].diff().ne(1)
    return begins.cumsum().reindex(frame.index)


@app.function
def lines(frame: pd.DataFrame, value: str, panel: str, series: str, title: str) -> alt.LayerChart:
    """Draw one line with points per panel, series and run of months, with January to December as the axis."""
    order = list(frame[series].unique())
    frame = frame.assign(run=runs(frame, [panel, series]), month_no=frame["month_date"].dt.month)
    base = alt.Chart(frame).encode(
        x=alt.X("month_no:Q", title=None, scale=alt.Scale(domain=[0.7, 12.3])).axis(
            values=[1, 3, 5, 7, 9, 11], labelExpr=MONTHS, grid=False
        ),
        y=alt.Y(f"{value}:Q", title=title).axis(labelExpr=THOUSANDS, tickCount=6, gridColor="#e5e5e5"),
        color=alt.Color(f"{series}:N", title=None, sort=order)
        .scale(domain=order, range=COLOURS[: len(order)])
        .legend(orient="top", labelLimit=300),
        detail="run:N",
        tooltip=[
            alt.Tooltip("month_name:N", title="Måned"),
            alt.Tooltip(f"{value}:Q", title=title),
            f"{series}:N",
        ],
    )
    return base.mark_line(strokeWidth=2) + base.mark_point(filled=True, size=28, opacity=1)


@app.cell
def _():
    mo.md("""
    # Deltakere i arbeidsmarkedstiltak

    Tallene er NAVs: hvor mange som er på tiltak **ved utgangen av måneden**. De kan ikke legges sammen over
    måneder. Varehuset holder bare månedene i rapportene som er lastet inn; der det mangler måneder, er det
    ingen strek. Tall under 4 er skjult (0 til 3), og forblir skjult her.
    """)
    return


@app.cell
def _():
    mo.md("""
    ## 1. Hvor mange er på tiltak, og hvordan har det endret seg?

    Etter hovedgruppe, alle tiltak. Sammenlign samme måned i ulike år, ikke desember med juli: tallene svinger
    mye med årstiden. Fra november 2018 registreres arbeidssøkere på en ny måte, så 2013 er ikke helt
    sammenlignbart med senere år.
    """)
    return


@app.cell
def _():
    level = read("""
        select month_date, year(month_date) as year, strftime(month_date, '%Y-%m') as month_name,
            hovedgruppe_name, hovedgruppe_sort_order, participants, series_break_date
        from mart_participants_by_hovedgruppe
        where scope_tiltak_key = '_T' and participants is not null
        order by hovedgruppe_sort_order, month_date
    """)
    level_groups = list(level["hovedgruppe_name"].unique())
    level_chart = (
        lines(level, "participants", "year", "hovedgruppe_name", "Personer")
        .properties(width=190, height=300)
        .facet(alt.Column("year:O", title=None, header=alt.Header(labelFontSize=14)))
        .properties(title="Deltakere på tiltak ved utgangen av måneden, etter hovedgruppe (personer)")
    )
    level_chart
    return level, level_groups


@app.cell
def _(level, level_groups):
    # The last month that is printed in all the years, so that the season is the same.
    common = set.intersection(*(set(part["month_date"].dt.month) for _, part in level.groupby("year")))
    month_no = max(common)
    change = read(f"""
        select month_date, year(month_date) as year, year(earlier_month_date) as since,
            group_name as hovedgruppe_name, change_percent as percent
        from mart_participants_change
        where partition_key = 'HOVEDGRUPPE' and scope_tiltak_key = '_T' and month(month_date) = {month_no}
            and change_percent is not null
        order by group_sort_order, month_date
    """).assign(
        step=lambda rows: rows["since"].astype(str) + " til " + rows["year"].astype(str),
        shown=lambda rows: rows["percent"].map("{:+.0f}\u00a0%".format).str.replace("-", "\u2212"),
    )
    month_word = read(f"select distinct lower(month_name) from dim_month where month_no = {month_no}").iloc[
        0, 0
    ]
    change_bars = alt.Chart(change).encode(
        y=alt.Y("hovedgruppe_name:N", title=None, sort=level_groups).axis(labelLimit=260),
        x=alt.X("percent:Q", title="Endring (prosent)", scale=alt.Scale(padding=30)),
    )
    change_chart = (
        (
            change_bars.mark_bar(color=COLOURS[0], height=16)
            + change_bars.transform_filter("datum.percent >= 0")
            .mark_text(align="left", dx=4)
            .encode(text="shown:N")
            + change_bars.transform_filter("datum.percent < 0")
            .mark_text(align="right", dx=-4)
            .encode(text="shown:N")
        )
        .properties(width=270, height=90)
        .facet(alt.Column("step:N", title=None, header=alt.Header(labelFontSize=14)))
        .properties(
            title=f"Endring i deltakere fra {month_word} til {month_word}, etter hovedgruppe (prosent)"
        )
    )
    change_chart
    return


@app.cell
def _():
    mo.md("""
    ## 2. Hvordan svinger tallene gjennom året?

    Hver måned som indeks av januar samme år, så store og små tiltaksgrupper kan sammenlignes. Bunnen kommer i
    juli, når kurs og utdanning tar ferie; de varige plassene i tilrettelagt arbeid merker lite til årstiden.
    """)
    return


@app.cell
def _():
    season = read("""
        with cells as (
            select *, year(month_date) as year
            from mart_participants_by_tiltaksgruppe
            where participants is not null
        )
        select
            month_date, strftime(month_date, '%Y-%m') as month_name, cells.year::text as year_name,
            tiltak_name, tiltak_sort_order, 100.0 * cells.participants / january.participants as january_index
        from cells
        inner join (
            select year, scope_tiltak_key, tiltak_key, participants from cells where month(month_date) = 1
        ) as january using (year, scope_tiltak_key, tiltak_key)
        where tiltak_key in (
                'GRP_OPPLAERING', 'GRP_ARBEIDSPRAKSIS', 'GRP_LONNSTILSKUDD', 'GRP_TILRETTELAGT_ARBEID'
            )
            and cells.year in (select year from cells group by year having count(distinct month_date) >= 6)
        order by tiltak_sort_order, month_date
    """)
    season_panels = list(season["tiltak_name"].unique())
    season_chart = (
        lines(season, "january_index", "tiltak_name", "year_name", "Indeks, januar = 100")
        .properties(width=330, height=190)
        .facet(
            alt.Facet("tiltak_name:N", title=None, sort=season_panels, header=alt.Header(labelFontSize=14)),
            columns=2,
        )
        .properties(
            title="Deltakere ved utgangen av måneden, etter tiltaksgruppe (indeks, januar samme år = 100)"
        )
    )
    season_chart
    return


@app.cell
def _():
    county_months = read("""
        select distinct strftime(month_date, '%Y-%m') as month_name
        from mart_participants_by_county_structure
        where structure_key = '2024' and hovedgruppe_key = 'ARBEIDSSOKERE' and tiltak_key = 'GRP_OPPLAERING'
        order by month_name
    """)["month_name"].tolist()
    county_month = mo.ui.dropdown(county_months, value=county_months[-1], label="Måned")
    mo.vstack(
        [
            mo.md("""
        ## 3. Hvor mange arbeidssøkere var i opplæring i dagens fylker?

        Rapportene for 2019 har datidens fylker. Der et fylke dekker samme område i dag, er tallet kjent.
        Ellers vet vi bare hva det **kan** være (streken): kommuner har byttet fylke, og NAVs tall sier ikke
        hvor mange som bodde der. **Anslaget** fordeler datidens tall etter hvor stor del av de helt ledige
        som bodde i de kommunene som flyttet.
        """),
            county_month,
        ]
    )
    return (county_month,)


@app.cell
def _(county_month):
    county = read(f"""
        select region_name, dim_month.name as month_name, participants_min, participants_max,
            coalesce(participants, participants_estimate) as shown,
            case when participants is not null then 'Kjent tall'
                when participants_estimate is not null then 'Anslag'
                else 'Skjult' end as kind
        from mart_participants_by_county_structure
        inner join dim_month using (month_key)
        where structure_key = '2024' and hovedgruppe_key = 'ARBEIDSSOKERE' and tiltak_key = 'GRP_OPPLAERING'
            and strftime(month_date, '%Y-%m') = '{county_month.value}'
        order by coalesce(shown, participants_max) desc, region_name
    """)
    county_word = county["month_name"].iloc[0].lower()
    county_base = alt.Chart(county).encode(
        y=alt.Y("region_name:N", title=None, sort=list(county["region_name"]))
    )
    county_kinds = ["Kjent tall", "Anslag"]
    county_chart = (
        county_base.mark_rule(strokeWidth=5, opacity=0.3, color=COLOURS[0]).encode(
            x=alt.X("participants_min:Q", title="Personer").axis(labelExpr=THOUSANDS, tickCount=6),
            x2="participants_max:Q",
        )
        + county_base.transform_filter("isValid(datum.shown)")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x="shown:Q",
            shape=alt.Shape(
                "kind:N",
                title=None,
                sort=county_kinds,
                scale=alt.Scale(domain=county_kinds, range=["circle", "diamond"]),
            ),
            color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=county_kinds, range=COLOURS)).legend(
                orient="top"
            ),
            tooltip=[
                "region_name:N",
                "kind:N",
                alt.Tooltip("shown:Q", format=".0f"),
                "participants_min:Q",
                "participants_max:Q",
            ],
        )
    ).properties(
        width=620,
        height=alt.Step(24),
        title=alt.Title(
            f"Arbeidssøkere i opplæring ved utgangen av {county_word}, dagens fylker (personer)",
            subtitle="Strek: lavest og høyest mulige tall. Uten merke: skjult tall.",
            anchor="start",
        ),
    )
    county_chart
    return


@app.cell
def _():
    mo.md("""
    ## 4. Hvor gamle er deltakerne?

    Andelen i hver aldersgruppe innen hovedgruppen, i den siste måneden som er skrevet ut etter alder. Merk at
    aldersgruppene ikke er like brede.
    """)
    return


@app.cell
def _():
    age = read("""
        with cells as (
            select *, max(month_key) over () as newest_month_key
            from fct_monthly_participants
            where breakdown_key = 'HOVEDGRUPPE.AGE_GROUP'
        )
        select
            months.name as month_name,
            hovedgruppe.name as hovedgruppe_name, hovedgruppe.sort_order as hovedgruppe_order,
            ages.name as age_group_name, ages.sort_order as age_group_order, participants,
            100.0 * participants / sum(participants) over (partition by cells.hovedgruppe_key) as percent
        from cells
        inner join dim_month as months using (month_key)
        inner join dim_hovedgruppe as hovedgruppe using (hovedgruppe_key)
        inner join dim_age_group as ages using (age_group_key)
        where month_key = newest_month_key
            -- A share is only shown where the whole hovedgruppe is known.
            and hovedgruppe_key not in (
                select hovedgruppe_key from cells where participants is null and month_key = newest_month_key
            )
        order by hovedgruppe_order, age_group_order
    """)
    age_base = alt.Chart(age).encode(
        x=alt.X("percent:Q", title="Prosent av hovedgruppen", scale=alt.Scale(padding=24)).axis(
            grid=False, tickCount=4
        ),
        y=alt.Y("age_group_name:N", title=None, sort=alt.SortField("age_group_order")),
        tooltip=[
            "age_group_name:N",
            alt.Tooltip("participants:Q", title="Personer"),
            alt.Tooltip("percent:Q", format=".1f"),
        ],
    )
    age_chart = (
        (
            age_base.mark_bar(color=COLOURS[0], height=16)
            + age_base.mark_text(align="left", dx=4).encode(text=alt.Text("percent:Q", format=".0f"))
        )
        .properties(width=210, height=alt.Step(24))
        .facet(
            alt.Column(
                "hovedgruppe_name:N",
                title=None,
                sort=list(age["hovedgruppe_name"].unique()),
                header=alt.Header(labelFontSize=13, labelLimit=240),
            )
        )
        .properties(
            title=f"Deltakere etter alder, {age['month_name'].iloc[0].lower()} (prosent av hovedgruppen)"
        )
    )
    age_chart
    return


@app.cell
def _():
    mo.md("""
    ## 5. Hvor mye er skjult?

    NAV skjuler tall under 4. Jo finere tabellen deler opp, jo mer er borte. Rapporten fra 2013 har ingen slik
    regel. Noen av de skjulte tallene kunne vært regnet ut ved subtraksjon; det gjør vi ikke.
    """)
    return


@app.cell
def _():
    hidden = read("""
        select month_key // 100 as year, breakdown.name as breakdown_name, count(*) as cell_count,
            count_if(value_status = 'suppressed') as hidden_count,
            100.0 * hidden_count / cell_count as percent,
            hidden_count || ' av ' || cell_count as shown
        from fct_monthly_participants
        inner join dim_breakdown as breakdown using (breakdown_key)
        group by all
        having hidden_count > 0
        order by year, percent desc
    """)
    hidden_base = alt.Chart(hidden).encode(
        x=alt.X("percent:Q", title="Prosent av tallene", scale=alt.Scale(padding=50)),
        y=alt.Y("breakdown_name:N", title=None, sort=alt.SortField("percent", order="descending")).axis(
            labelLimit=320
        ),
    )
    hidden_chart = (
        (
            hidden_base.mark_bar(color=COLOURS[0], height=15)
            + hidden_base.mark_text(align="left", dx=4, color="#444").encode(text="shown:N")
        )
        .properties(width=430, height=alt.Step(22))
        .facet(
            row=alt.Row(
                "year:O",
                title=None,
                header=alt.Header(
                    labelAngle=0, labelFontSize=14, labelAlign="left", labelOrient="top", labelAnchor="start"
                ),
            )
        )
        .resolve_scale(y="independent")
        .properties(title="Skjulte tall, etter år og oppdeling av tabellen (prosent av tallene)")
    )
    hidden_chart
    return


if __name__ == "__main__":
    app.run()
