-- One row per monthly figure that divides its population by at most two dimensions, with what the same figure
-- was in the nearest edition on record: the figures that a person would compare. A hidden number counts as
-- the middle of its bounds.
with cells as (
    select
        cells.report_id,
        cells.month_key,
        cells.cell_id,
        {{ divided_by(members_of('cells')) }} as series_key,
        products.product_code,
        year(reports.period_end_date) as year,
        {% for dimension in dimension_names() %}
        cells.{{ dimension }}_key,
        {% endfor %}
        cast(cells.participants_min + cells.participants_max as double) / 2 as figure,
        cells.participants_min < cells.participants_max as is_hidden,
        case when cells.tiltak_key = products.scope_tiltak_key then 0 else 1 end
        {%- for dimension in dimension_names() if dimension != 'tiltak' %}
        + case when cells.{{ dimension }}_key = '_T' then 0 else 1 end
        {%- endfor %} as split_count,
        nodes.level_no - scopes.level_no as depth
    from {{ ref('int_newest_cell') }} as cells
    inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
    inner join {{ ref('product') }} as products on reports.product_code = products.product_code
    inner join {{ ref('int_member') }} as nodes
        on nodes.dimension = 'tiltak' and cells.tiltak_key = nodes.member_key
    inner join {{ ref('int_member') }} as scopes
        on scopes.dimension = 'tiltak' and products.scope_tiltak_key = scopes.member_key
    where cells.column_type = 'month'
),

plain as (
    select *
    from cells
    where split_count <= 2 and depth <= 1
),

series as (
    select distinct
        report_id,
        product_code,
        series_key,
        year
    from plain
),

ranked as (
    select
        series.report_id,
        series.series_key,
        known.participants,
        row_number() over (
            partition by series.report_id, series.series_key
            order by
                abs(series.year - known.year) asc,
                case when series.product_code = known.product_code then 0 else 1 end asc,
                known.year desc,
                known.product_code asc
        ) as preference
    from series
    inner join {{ ref('reference_figure') }} as known on series.series_key = known.series_key
)

select
    plain.report_id,
    plain.month_key,
    plain.cell_id,
    plain.series_key,
    plain.product_code,
    plain.year,
    {% for dimension in dimension_names() %}
    plain.{{ dimension }}_key,
    {% endfor %}
    plain.figure,
    plain.is_hidden,
    cast(plain.split_count as integer) as split_count,
    ranked.participants as reference_figure
from plain
left join ranked
    on
        plain.report_id = ranked.report_id
        and plain.series_key = ranked.series_key
        and ranked.preference = 1
