-- One row per reading problem with what it means, what to do and the known labels most like the text.
with problems as (
    select
        problem,
        report_id,
        table_no,
        cell_id,
        seen,
        cast(null as string) as code_list
    from {{ ref('int_reading_problem') }}
    union all
    select
        'label_without_member' as problem,
        report_id,
        table_no,
        cell_id,
        label || ' (code ' || member_code || ')' as seen,
        'seeds/codelists/' || dimension || '.csv' as code_list
    from {{ ref('int_label_without_member') }}
),

-- The list that knows most rows of a table is the one that lacks a label of it.
ranked_lists as (
    select
        report_id,
        table_no,
        row_dimension,
        row_number() over (
            partition by report_id, table_no
            order by count(distinct row_no) desc, row_dimension asc
        ) as preference
    from {{ ref('int_row_candidate') }}
    group by report_id, table_no, row_dimension
),

texts as (
    select distinct
        problems.problem,
        problems.seen,
        -- Of a total label, what no known label accounts for.
        coalesce(
            case when problems.problem = 'slice_not_understood' then nullif(slices.leftover, '') end,
            problems.seen
        ) as unknown_text
    from problems
    left join {{ ref('int_slice_label') }} as slices on problems.seen = slices.label
    where problems.problem in ('unknown_row_label', 'slice_not_understood') and problems.seen is not null
),

likenesses as (
    select
        texts.problem,
        texts.seen,
        labels.label,
        max({{ text_similarity('texts.unknown_text', 'labels.label') }}) as likeness
    from texts
    cross join {{ ref('stg_label') }} as labels
    group by texts.problem, texts.seen, labels.label
),

ranked_labels as (
    select
        problem,
        seen,
        label,
        row_number() over (partition by problem, seen order by likeness desc, label asc) as preference
    from likenesses
),

nearest as (
    select
        problem,
        seen,
        {{ joined_text('label', ' | ', 'preference') }} as nearest_labels
    from ranked_labels
    where preference <= 3
    group by problem, seen
)

select
    problems.problem,
    reports.source_file,
    problems.table_no,
    problems.cell_id,
    cells.source_place,
    problems.seen,
    nearest.nearest_labels,
    kinds.statement,
    replace(
        kinds.next_step,
        '{file}',
        coalesce(
            problems.code_list,
            case
                when problems.problem = 'unknown_row_label'
                    then 'seeds/labels/label_' || lists.row_dimension || '.csv'
            end,
            kinds.seed_file,
            ''
        )
    ) as next_step
from problems
inner join {{ ref('stg_report') }} as reports on problems.report_id = reports.report_id
left join {{ ref('stg_cell') }} as cells on problems.cell_id = cells.cell_id
inner join {{ ref('reading_problem') }} as kinds on problems.problem = kinds.problem
left join ranked_lists as lists
    on
        problems.report_id = lists.report_id
        and problems.table_no = lists.table_no
        and lists.preference = 1
left join nearest on problems.problem = nearest.problem and problems.seen = nearest.seen
