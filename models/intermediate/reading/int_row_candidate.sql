-- The members a row's label can stand for, one row per list of labels in which it is known. A row such as
-- `I alt opplæring` is the total of its children: it belongs to a table of the level below its own.
with labels as (
    select
        label,
        dimension,
        member_code
    from {{ ref('stg_label') }}
    where dimension <> 'total'
),

levels_with_children as (
    select distinct
        parents.label_list,
        children.label_list as child_label_list
    from {{ ref('dimension') }} as parents
    inner join {{ ref('dimension') }} as children
        on parents.dimension = children.dimension and parents.level_no + 1 = children.level_no
)

select
    printed.report_id,
    printed.table_no,
    printed.row_no,
    case when printed.is_group_total then levels_with_children.child_label_list else labels.dimension end
        as row_dimension,
    labels.member_code
from {{ ref('int_row') }} as printed
inner join labels on printed.member_label = labels.label
left join levels_with_children on labels.dimension = levels_with_children.label_list
where not printed.is_group_total or levels_with_children.label_list is not null
