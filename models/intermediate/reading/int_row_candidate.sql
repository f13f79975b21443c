-- The members a row's label can stand for, one row per dimension in which it is known. A row such as
-- `I alt opplæring` closes a tiltaksgruppe in a table of tiltak.
with labels as (
    select
        label,
        dimension,
        member_code
    from {{ ref('stg_label') }}
)

select
    printed.report_id,
    printed.table_no,
    printed.row_no,
    case when printed.is_group_total then 'tiltak' else labels.dimension end as row_dimension,
    labels.member_code
from {{ ref('int_row') }} as printed
inner join labels on printed.member_label = labels.label
where
    (printed.is_group_total and labels.dimension = 'tiltaksgruppe')
    or (not printed.is_group_total and labels.dimension <> 'total')
