-- One row per month and slice (hovedgruppe, tiltak) that is printed by county: the structure in force, and
-- whether its table is complete. A table that shows fewer months than its edition has lost rows too.
with cells as (
    select
        cells.report_id,
        cells.month_key,
        cells.hovedgruppe_key,
        cells.tiltak_key,
        count(*) as county_count
    from {{ ref('int_newest_cell') }} as cells
    inner join {{ ref('region') }} as regions on cells.region_key = regions.region_key
    where
        cells.column_type = 'month'
        and regions.region_type = 'county'
        {% for dimension in dimension_names() if dimension not in ('hovedgruppe', 'tiltak', 'region') %}
        and cells.{{ dimension }}_key = '_T'
        {% endfor %}
    group by cells.report_id, cells.month_key, cells.hovedgruppe_key, cells.tiltak_key
),

months as (
    select
        *,
        count(*) over (partition by report_id, hovedgruppe_key, tiltak_key) as month_count
    from cells
),

dated as (
    select
        *,
        make_date(cast(floor(month_key / 100) as integer), month_key % 100, 1) as month_date
    from months
)

select
    dated.report_id,
    dated.month_key,
    dated.month_date,
    dated.hovedgruppe_key,
    dated.tiltak_key,
    structures.structure_key,
    dated.month_count
    = month(reports.period_end_date) - month(reports.period_start_date) + 1 as is_complete
from dated
inner join {{ ref('stg_report') }} as reports on dated.report_id = reports.report_id
inner join {{ ref('int_county_structure') }} as structures
    on
        dated.month_date between coalesce(structures.valid_from_date, date '1900-01-01')
        and coalesce(structures.valid_to_date, date '9999-12-31')
