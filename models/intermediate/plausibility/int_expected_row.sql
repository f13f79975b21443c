-- One row per row that an edition should print, by the kinds of table on record of its product in the nearest
-- year, and whether it does. A county or measure that is not in force is not expected.
with known as (
    select
        reports.report_id,
        reports.period_start_date,
        reports.period_end_date,
        shapes.total_key,
        shapes.row_dimension,
        shapes.members,
        rank() over (
            partition by reports.report_id
            order by abs(year(reports.period_end_date) - shapes.year) asc, shapes.year desc
        ) as preference
    from {{ ref('stg_report') }} as reports
    inner join {{ ref('product_shape') }} as shapes on reports.product_code = shapes.product_code
),

tables as (
    select
        report_id,
        total_key,
        row_dimension,
        min(first_table_no) as first_table_no
    from {{ ref('int_table_shape') }}
    group by report_id, total_key, row_dimension
),

members as (
    select
        'region' as row_dimension,
        region_code as member_code,
        coalesce(valid_from_date, date '1900-01-01') as valid_from_date,
        coalesce(valid_to_date, date '9999-12-31') as valid_to_date
    from {{ ref('region') }}
    union all
    -- The total of a group of measures closes its rows in a table of measures.
    select
        levels.level as row_dimension,
        measures.tiltak_key as member_code,
        coalesce(measures.valid_from_date, date '1900-01-01') as valid_from_date,
        coalesce(measures.valid_to_date, date '9999-12-31') as valid_to_date
    from {{ ref('tiltak') }} as measures
    inner join {{ ref('dimension') }} as levels
        on levels.dimension = 'tiltak' and levels.level in (measures.level, 'tiltak')
    union all
    select
        level as row_dimension,
        member_key as member_code,
        date '1900-01-01' as valid_from_date,
        date '9999-12-31' as valid_to_date
    from {{ ref('int_member') }}
    where dimension not in ('region', 'tiltak')
),

-- Two territories may have had one code.
expected as (
    select distinct
        known.report_id,
        known.total_key,
        known.row_dimension,
        members.member_code
    from known
    inner join members
        on
            members.row_dimension in (known.row_dimension, 'total')
            and instr(' ' || known.members || ' ', ' ' || members.member_code || ' ') > 0
            and known.period_start_date <= members.valid_to_date
            and known.period_end_date >= members.valid_from_date
    where known.preference = 1
)

select
    expected.report_id,
    expected.total_key,
    expected.row_dimension,
    expected.member_code,
    tables.first_table_no,
    shapes.report_id is not null as is_printed
from expected
left join tables
    on
        expected.report_id = tables.report_id
        and expected.total_key = tables.total_key
        and expected.row_dimension = tables.row_dimension
left join {{ ref('int_table_shape') }} as shapes
    on
        expected.report_id = shapes.report_id
        and expected.total_key = shapes.total_key
        and expected.row_dimension = shapes.row_dimension
        and expected.member_code = shapes.member_code
