-- One row per kind of table that the rest of an edition leads to expect, for products of which nothing is on
-- record: whether it is there, and how many of its rows are not. A row is expected if its number is printed
-- elsewhere, or if all other tables of a family have it; a table if all others of a family are there, or if
-- numbers of its rows are printed in tables of other populations.
{% set enough_rows = 2 -%}
with tables as (
    select
        report_id,
        total_key,
        row_dimension,
        min(first_table_no) as table_no,
        count(*) as row_count
    from {{ ref('int_table_shape') }}
    group by report_id, total_key, row_dimension
),

expected as (
    select
        report_id,
        total_key,
        row_dimension,
        member_code
    from {{ ref('int_sister_row') }}
    union
    select
        report_id,
        total_key,
        row_dimension,
        member_code
    from {{ ref('int_implied_row') }}
),

editions as (
    select distinct report_id
    from {{ ref('int_new_population') }}
),

row_dimensions as (
    select distinct
        report_id,
        row_dimension
    from tables
),

printed as (
    select distinct
        report_id,
        total_key,
        member_code
    from {{ ref('int_table_shape') }}
),

kinds as (
    select
        expected.report_id,
        expected.total_key,
        expected.row_dimension,
        tables.table_no,
        tables.row_count,
        populations.total_key as population_key,
        sum(case when printed.member_code is null and expected.member_code is not null then 1 else 0 end)
            as implied_count,
        sum(case when shapes.member_code is null and expected.member_code is not null then 1 else 0 end)
            as missing_count,
        count(*) - count(expected.member_code) as family_count
    from expected
    inner join editions on expected.report_id = editions.report_id
    left join {{ ref('int_new_population') }} as populations
        on expected.report_id = populations.report_id and expected.total_key = populations.total_key
    inner join row_dimensions
        on
            expected.report_id = row_dimensions.report_id
            and expected.row_dimension = row_dimensions.row_dimension
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
    left join printed
        on
            expected.report_id = printed.report_id
            and expected.total_key = printed.total_key
            and expected.member_code = printed.member_code
    group by
        expected.report_id,
        expected.total_key,
        expected.row_dimension,
        tables.table_no,
        tables.row_count,
        populations.total_key
)

select
    case when table_no is null then 'SISTER_TABLE' else 'SISTER_ROW' end as plausibility_code,
    report_id,
    cast(null as integer) as month_key,
    table_no,
    cast(null as string) as cell_id,
    total_key || ' by ' || row_dimension as concerns,
    cast(coalesce(row_count, 0) as double) as seen,
    cast(coalesce(row_count, 0) + missing_count as double) as expected,
    cast(case when table_no is null then 1 else missing_count end as double) as measured
from kinds
where
    table_no is not null
    or family_count > 0
    or (population_key is not null and implied_count >= {{ enough_rows }})
