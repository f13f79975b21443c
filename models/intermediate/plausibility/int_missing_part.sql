-- One row per month and part of a population that its product prints, and that no edition does: of a
-- hovedgruppe and a measure, all other dimensions being the total. A sum over the other parts is no whole.
{% set totals = {'hovedgruppe': 'statuses.member_key', 'tiltak': 'measures.member_key'} -%}
with declared as (
    select distinct
        expected.report_id,
        case
            when expected.row_dimension = 'hovedgruppe' and expected.member_code <> '_T'
                then expected.member_code
            else statuses.member_key
        end as hovedgruppe_key,
        case
            when expected.row_dimension in ('tiltaksgruppe', 'tiltak') and expected.member_code <> '_T'
                then expected.member_code
            else measures.member_key
        end as tiltak_key
    from {{ ref('int_expected_row') }} as expected
    inner join {{ ref('int_member') }} as statuses on statuses.dimension = 'hovedgruppe'
    inner join {{ ref('int_member') }} as measures
        on
            measures.dimension = 'tiltak'
            and expected.total_key = {{ divided_by(totals) }}
    where
        expected.row_dimension in ('hovedgruppe', 'tiltaksgruppe', 'tiltak')
        or expected.member_code = '_T'
),

monthly as (
    select distinct
        products.scope_tiltak_key,
        months.month_key,
        declared.hovedgruppe_key,
        declared.tiltak_key
    from declared
    inner join {{ ref('int_edition_month') }} as months
        on declared.report_id = months.report_id and months.newer_report_id is null
    inner join {{ ref('stg_report') }} as reports on declared.report_id = reports.report_id
    inner join {{ ref('product') }} as products on reports.product_code = products.product_code
),

printed as (
    select
        scoped.scope_tiltak_key,
        cells.month_key,
        cells.hovedgruppe_key,
        cells.tiltak_key
    from {{ ref('int_newest_cell') }} as cells
    inner join {{ ref('int_fact_scope') }} as scoped on cells.fact_key = scoped.fact_key
    where
        cells.column_type = 'month'
        {% for dimension in dimension_names() if dimension not in ('tiltak', 'hovedgruppe') %}
        and cells.{{ dimension }}_key = '_T'
        {% endfor %}
)

select
    monthly.scope_tiltak_key,
    monthly.month_key,
    monthly.hovedgruppe_key,
    monthly.tiltak_key
from monthly
left join printed
    on
        monthly.scope_tiltak_key = printed.scope_tiltak_key
        and monthly.month_key = printed.month_key
        and monthly.hovedgruppe_key = printed.hovedgruppe_key
        and monthly.tiltak_key = printed.tiltak_key
where printed.tiltak_key is null
