-- One row per row of a table, or table as a whole (without a member), that its family leads to expect, there
-- or not: all tables of the family have it, but for one at most. A whole table is expected where the
-- population has another one, or many sisters.
{% set enough_sisters = 3 -%}
with tables as (
    select distinct
        report_id,
        total_key,
        row_dimension
    from {{ ref('int_table_shape') }}
),

totals as (
    select distinct
        report_id,
        total_key
    from tables
),

families as (
    select
        members.report_id,
        members.family_key,
        members.total_key,
        count(*) over (partition by members.report_id, members.family_key) as population_count,
        totals.total_key is not null as has_table
    from {{ ref('int_table_family') }} as members
    left join totals
        on members.report_id = totals.report_id and members.total_key = totals.total_key
),

sisters as (
    select
        families.report_id,
        families.family_key,
        tables.row_dimension,
        count(*) as table_count
    from families
    inner join tables on families.report_id = tables.report_id and families.total_key = tables.total_key
    group by families.report_id, families.family_key, tables.row_dimension
),

rows_of_sisters as (
    select
        families.report_id,
        families.family_key,
        shapes.row_dimension,
        shapes.member_code,
        count(*) as table_count
    from families
    inner join {{ ref('int_table_shape') }} as shapes
        on families.report_id = shapes.report_id and families.total_key = shapes.total_key
    group by families.report_id, families.family_key, shapes.row_dimension, shapes.member_code
)

select
    families.report_id,
    families.total_key,
    sisters.row_dimension,
    cast(null as string) as member_code
from families
inner join sisters
    on
        families.report_id = sisters.report_id
        and families.family_key = sisters.family_key
        and sisters.table_count = families.population_count - 1
        and (families.has_table or sisters.table_count >= {{ enough_sisters }})
union
select
    families.report_id,
    families.total_key,
    sisters.row_dimension,
    rows_of_sisters.member_code
from families
inner join sisters
    on families.report_id = sisters.report_id and families.family_key = sisters.family_key
inner join rows_of_sisters
    on
        sisters.report_id = rows_of_sisters.report_id
        and sisters.family_key = rows_of_sisters.family_key
        and sisters.row_dimension = rows_of_sisters.row_dimension
        and rows_of_sisters.table_count = sisters.table_count - 1
        and rows_of_sisters.table_count >= {{ enough_sisters }}
