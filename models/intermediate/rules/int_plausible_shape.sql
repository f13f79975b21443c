-- One row per kind of table, member of its rows or month that an edition does not print, and that its product
-- is known to print: a page or a row may be lost. A county or measure that is not in force is not missed.
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

printed as (
    select distinct
        report_id,
        total_key,
        row_dimension
    from {{ ref('int_table_shape') }}
),

compared as (
    select
        known.*,
        printed.report_id is not null as is_printed
    from known
    left join printed
        on
            known.report_id = printed.report_id
            and known.total_key = printed.total_key
            and known.row_dimension = printed.row_dimension
    where known.preference = 1
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
        compared.report_id,
        compared.total_key,
        compared.row_dimension,
        members.member_code
    from compared
    inner join members
        on
            compared.row_dimension = members.row_dimension
            and instr(' ' || compared.members || ' ', ' ' || members.member_code || ' ') > 0
            and compared.period_start_date <= members.valid_to_date
            and compared.period_end_date >= members.valid_from_date
    where compared.is_printed
),

months as (
    select
        shapes.report_id,
        shapes.total_key,
        shapes.row_dimension,
        min(shapes.first_table_no) as table_no,
        min(shapes.month_count) as month_count,
        max(month(reports.period_end_date) - month(reports.period_start_date) + 1) as period_count
    from {{ ref('int_table_shape') }} as shapes
    inner join {{ ref('stg_report') }} as reports on shapes.report_id = reports.report_id
    group by shapes.report_id, shapes.total_key, shapes.row_dimension
)

select
    'TABLE_MISSING' as plausibility_code,
    report_id,
    cast(null as integer) as month_key,
    cast(null as integer) as table_no,
    cast(null as string) as cell_id,
    total_key || ' by ' || row_dimension as concerns,
    cast(0 as double) as seen,
    cast(1 as double) as expected,
    cast(1 as double) as measured
from compared
where not is_printed
union all
select
    'ROW_MISSING' as plausibility_code,
    expected.report_id,
    cast(null as integer) as month_key,
    min(tables.first_table_no) as table_no,
    cast(null as string) as cell_id,
    expected.row_dimension || ' ' || expected.member_code as concerns,
    cast(count(rows_there.report_id) as double) as seen,
    cast(count(*) as double) as expected,
    cast(count(*) - count(rows_there.report_id) as double) as measured
from expected
left join {{ ref('int_table_shape') }} as rows_there
    on
        expected.report_id = rows_there.report_id
        and expected.total_key = rows_there.total_key
        and expected.row_dimension = rows_there.row_dimension
        and expected.member_code = rows_there.member_code
left join {{ ref('int_table_shape') }} as tables
    on
        expected.report_id = tables.report_id
        and expected.total_key = tables.total_key
        and expected.row_dimension = tables.row_dimension
        and tables.member_code = '_T'
        and rows_there.report_id is null
group by expected.report_id, expected.row_dimension, expected.member_code
union all
select
    'MONTH_MISSING' as plausibility_code,
    report_id,
    cast(null as integer) as month_key,
    table_no,
    cast(null as string) as cell_id,
    total_key || ' by ' || row_dimension as concerns,
    cast(month_count as double) as seen,
    cast(period_count as double) as expected,
    cast(period_count - month_count as double) as measured
from months
