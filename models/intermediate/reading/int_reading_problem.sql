-- Whatever the reports print and the seeds cannot place: one row per problem, with where it is. Empty
-- when every label, heading, symbol and cell is accounted for. Longer than other models: each kind of
-- problem is a query of a few lines, and they are read together.
with tables as (
    select
        printed.report_id,
        printed.table_no,
        printed.cell_id,
        printed.product_code,
        printed.scope_tiltak_key,
        printed.fact_relation,
        printed.section_label,
        printed.table_heading_label,
        printed.total_label,
        slices.total_code,
        slices.slice_dimensions,
        slices.leftover,
        concat_ws(
            '+',
            {% for dimension in dimension_names() %}
            slices.{{ dimension }}_code{% if not loop.last %},{% endif %}

            {% endfor %}
        ) as slice_members,
        headings.slice_dimensions as heading_dimensions,
        headings.leftover as heading_leftover,
        concat_ws(
            '+',
            {% for dimension in dimension_names() %}
            headings.{{ dimension }}_code{% if not loop.last %},{% endif %}

            {% endfor %}
        ) as heading_members,
        row_dimensions.row_dimension
    from {{ ref('int_table') }} as printed
    left join {{ ref('int_slice_label') }} as slices
        on
            printed.total_label = slices.label
            and printed.slice_tiltak_level = slices.slice_tiltak_level
    left join {{ ref('int_slice_label') }} as headings
        on
            printed.table_heading_label = headings.label
            and printed.slice_tiltak_level = headings.slice_tiltak_level
    left join {{ ref('int_table_row_dimension') }} as row_dimensions
        on
            printed.report_id = row_dimensions.report_id
            and printed.table_no = row_dimensions.table_no
),

unknown_rows as (
    select
        printed.report_id,
        printed.table_no,
        printed.cell_id,
        printed.label
    from {{ ref('int_row') }} as printed
    left join {{ ref('int_row_candidate') }} as candidates
        on
            printed.report_id = candidates.report_id
            and printed.table_no = candidates.table_no
            and printed.row_no = candidates.row_no
    left join {{ ref('int_block_without_header') }} as blocks
        on
            printed.report_id = blocks.report_id
            and printed.table_no = blocks.table_no
            and printed.row_no = blocks.row_no
    where candidates.member_code is null and blocks.row_no is null
),

members_in_two_rows as (
    select
        printed.report_id,
        printed.table_no,
        max(printed.cell_id) as cell_id,
        {{ joined_text('printed.label', ' | ', 'printed.row_no') }} as labels
    from {{ ref('int_row') }} as printed
    inner join {{ ref('int_row_candidate') }} as candidates
        on
            printed.report_id = candidates.report_id
            and printed.table_no = candidates.table_no
            and printed.row_no = candidates.row_no
    inner join {{ ref('int_table_row_dimension') }} as dimensions
        on
            candidates.report_id = dimensions.report_id
            and candidates.table_no = dimensions.table_no
            and candidates.row_dimension = dimensions.row_dimension
    group by printed.report_id, printed.table_no, candidates.member_code
    having count(distinct printed.row_no) > 1
),

sections as (
    select
        label,
        row_dimension,
        slice_dimensions,
        slice_member_code
    from {{ ref('label_section') }}
),

problems as (
    select
        'unknown_product' as problem,
        report_id,
        table_no,
        cell_id,
        product_code as seen
    from tables
    where scope_tiltak_key is null

    union all
    select
        'statistic_without_fact' as problem,
        report_id,
        table_no,
        cell_id,
        product_code as seen
    from tables
    where scope_tiltak_key is not null and fact_relation is null

    union all
    select
        'unknown_row_label' as problem,
        report_id,
        table_no,
        cell_id,
        label as seen
    from unknown_rows

    union all
    select
        'block_without_header' as problem,
        report_id,
        table_no,
        cell_id,
        label as seen
    from {{ ref('int_block_without_header') }}

    union all
    select
        'member_in_two_rows' as problem,
        report_id,
        table_no,
        cell_id,
        labels as seen
    from members_in_two_rows

    union all
    select
        'slice_not_understood' as problem,
        report_id,
        table_no,
        cell_id,
        total_label as seen
    from tables
    where total_code is null or leftover <> ''

    union all
    select
        'heading_contradicts_total' as problem,
        report_id,
        table_no,
        cell_id,
        table_heading_label as seen
    from tables
    where
        table_heading_label is not null
        and (
            heading_leftover <> ''
            or heading_dimensions <> slice_dimensions
            or heading_members <> slice_members
        )

    union all
    select
        'unknown_section_heading' as problem,
        tables.report_id,
        tables.table_no,
        tables.cell_id,
        tables.section_label as seen
    from tables
    where
        tables.section_label is not null
        and not exists (
            select 1
            from sections
            where sections.label = tables.section_label
        )

    union all
    select
        'section_contradicts_table' as problem,
        tables.report_id,
        tables.table_no,
        tables.cell_id,
        tables.section_label as seen
    from tables
    inner join sections
        on tables.section_label = sections.label and tables.row_dimension = sections.row_dimension
    where
        coalesce(sections.slice_dimensions, '') <> tables.slice_dimensions
        or (
            sections.slice_member_code is not null
            and instr('+' || tables.slice_members || '+', '+' || sections.slice_member_code || '+') = 0
        )

    union all
    select
        'rows_not_of_one_dimension' as problem,
        tables.report_id,
        tables.table_no,
        tables.cell_id,
        tables.total_label as seen
    from tables
    where
        tables.row_dimension is null
        and not exists (
            select 1
            from unknown_rows
            where unknown_rows.report_id = tables.report_id and unknown_rows.table_no = tables.table_no
        )
        and not exists (
            select 1
            from {{ ref('int_block_without_header') }} as blocks
            where blocks.report_id = tables.report_id and blocks.table_no = tables.table_no
        )

    union all
    select
        'unknown_column_label' as problem,
        cells.report_id,
        cells.table_no,
        min(cells.cell_id) as cell_id,
        min(cells.column_label) as seen
    from {{ ref('stg_cell') }} as cells
    left join {{ ref('header_label') }} as headers
        on {{ normalise_label('cells.column_label') }} = headers.label
    where headers.label is null
    group by cells.report_id, cells.table_no, cells.column_no

    union all
    select
        'unknown_legend' as problem,
        reports.report_id,
        cast(null as integer) as table_no,
        cast(null as string) as cell_id,
        reports.legend_text as seen
    from {{ ref('stg_report') }} as reports
    left join {{ ref('legend') }} as legends
        on {{ normalise_label('reports.legend_text') }} = legends.legend_label
    where reports.legend_text is not null and legends.legend_label is null

    union all
    select
        'symbol_without_meaning' as problem,
        cells.report_id,
        cells.table_no,
        cells.cell_id,
        cells.printed_text as seen
    from {{ ref('stg_cell') }} as cells
    inner join {{ ref('int_cell_value') }} as cell_values on cells.cell_id = cell_values.cell_id
    where cell_values.value_status is null and cell_values.suppression_rule is not null
),

-- One row of a table is one problem.
unplaced_rows as (
    select
        'cell_without_meaning' as problem,
        cells.report_id,
        cells.table_no,
        min(cells.cell_id) as cell_id,
        cells.row_label as seen
    from {{ ref('stg_cell') }} as cells
    left join {{ ref('int_cell') }} as meanings on cells.cell_id = meanings.cell_id
    where
        meanings.cell_id is null
        and not exists (
            select 1
            from problems
            where
                problems.report_id = cells.report_id
                and (problems.table_no is null or problems.table_no = cells.table_no)
        )
    group by cells.report_id, cells.table_no, cells.row_no, cells.row_label
),

all_problems as (
    select
        problem,
        report_id,
        table_no,
        cell_id,
        seen
    from problems
    union all
    select
        problem,
        report_id,
        table_no,
        cell_id,
        seen
    from unplaced_rows
)

select
    all_problems.problem,
    all_problems.report_id,
    reports.source_file,
    all_problems.table_no,
    all_problems.cell_id,
    cells.source_place,
    all_problems.seen
from all_problems
inner join {{ ref('stg_report') }} as reports on all_problems.report_id = reports.report_id
left join {{ ref('stg_cell') }} as cells on all_problems.cell_id = cells.cell_id
