-- One row per edition, month and member of a dimension: how its share of the population is to the share in
-- the nearest edition on record. Only of members with many people: few make any share.
with parts as (
    select *
    from {{ ref('int_plain_cell') }}
    where split_count = 1 and reference_figure > 0
),

wholes as (
    {% for dimension in dimension_names() %}
    select
        '{{ dimension }}' as dimension,
        parts.report_id,
        parts.month_key,
        parts.cell_id,
        parts.{{ dimension }}_key as member_key,
        parts.figure,
        parts.reference_figure,
        sum(parts.figure) over (partition by parts.report_id, parts.month_key) as whole_figure,
        sum(parts.reference_figure) over (partition by parts.report_id, parts.month_key) as whole_reference
    from parts
    inner join {{ ref('int_member') }} as members
        on
            members.dimension = '{{ dimension }}'
            and parts.{{ dimension }}_key = members.member_key
            and members.level_no = 1
    {% if dimension == 'tiltak' %}
    inner join {{ ref('stg_report') }} as reports on parts.report_id = reports.report_id
    inner join {{ ref('product') }} as products
        on
            reports.product_code = products.product_code
            and parts.tiltak_key <> products.scope_tiltak_key
    {% endif %}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)

select
    'SHARE' as plausibility_code,
    wholes.report_id,
    wholes.month_key,
    cast(null as integer) as table_no,
    wholes.cell_id,
    wholes.dimension || ' ' || wholes.member_key as concerns,
    wholes.figure / wholes.whole_figure as seen,
    wholes.reference_figure / wholes.whole_reference as expected,
    (wholes.figure / wholes.whole_figure) / (wholes.reference_figure / wholes.whole_reference) as measured
from wholes
inner join {{ ref('plausibility') }} as bounds on bounds.plausibility_code = 'SHARE'
where
    wholes.figure >= bounds.smallest_figure
    or wholes.reference_figure * wholes.whole_figure / wholes.whole_reference >= bounds.smallest_figure
