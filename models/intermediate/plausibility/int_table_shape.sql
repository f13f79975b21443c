-- One row per kind of table of an edition and member of its rows: what the total of the table says, what
-- its rows stand for, and in how many months the row is printed.
{% set members = {} -%}
{% for dimension in dimension_names() -%}
{% do members.update({dimension: 'slices.' ~ dimension ~ '_code'}) -%}
{% endfor -%}
{% do members.update({'tiltak': 'coalesce(slices.tiltak_code, tables.scope_tiltak_key)'}) -%}
with tables as (
    select
        tables.report_id,
        tables.table_no,
        tables.product_code,
        {{ divided_by(members) }} as total_key
    from {{ ref('int_table') }} as tables
    inner join {{ ref('int_slice_label') }} as slices
        on tables.total_label = slices.label and tables.slice_tiltak_level = slices.slice_tiltak_level
    where tables.fact_relation is not null
),

months as (
    select
        cells.report_id,
        cells.table_no,
        cells.row_no,
        count(*) as month_count
    from {{ ref('stg_cell') }} as cells
    inner join {{ ref('header_label') }} as headers
        on
            {{ normalise_label('cells.column_label') }} = headers.label
            and headers.column_type = 'month'
    group by cells.report_id, cells.table_no, cells.row_no
)

select
    tables.report_id,
    tables.product_code,
    tables.total_key,
    row_members.row_dimension,
    row_members.member_code,
    cast(min(months.month_count) as integer) as month_count,
    min(row_members.table_no) as first_table_no
from tables
inner join {{ ref('int_row_member') }} as row_members
    on tables.report_id = row_members.report_id and tables.table_no = row_members.table_no
inner join months
    on
        row_members.report_id = months.report_id
        and row_members.table_no = months.table_no
        and row_members.row_no = months.row_no
group by
    tables.report_id,
    tables.product_code,
    tables.total_key,
    row_members.row_dimension,
    row_members.member_code
