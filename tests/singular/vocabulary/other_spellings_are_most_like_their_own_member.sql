-- Fails for each label in another spelling that is more like the official label of another member of its
-- dimension than like one of its own member. Variants of counties may be a short form of a long name: their
-- test is another. A column has one official label.
with labels as (
    select
        dimension,
        member_code,
        label,
        kind
    from {{ ref('stg_label') }}
    union all
    select
        'column' as dimension,
        column_type || coalesce(cast(month_no as string), '') as member_code,
        label,
        kind
    from {{ ref('header_label') }}
),

likenesses as (
    select
        labels.dimension,
        labels.label,
        labels.member_code,
        max(
            case
                when officials.member_code = labels.member_code
                    then {{ text_similarity('labels.label', 'officials.label') }}
            end
        ) as to_own,
        max(
            case
                when officials.member_code <> labels.member_code
                    then {{ text_similarity('labels.label', 'officials.label') }}
            end
        ) as to_others
    from labels
    inner join labels as officials on labels.dimension = officials.dimension and officials.kind = 'official'
    where labels.kind <> 'official' and not (labels.dimension = 'region' and labels.kind = 'variant')
    group by labels.dimension, labels.label, labels.member_code
)

select
    dimension,
    label,
    member_code,
    to_own,
    to_others
from likenesses
where to_own is null or to_own <= to_others
union all
select
    dimension,
    min(label) as label,
    member_code,
    cast(null as double) as to_own,
    cast(null as double) as to_others
from labels
where dimension = 'column'
group by dimension, member_code
having sum(case when kind = 'official' then 1 else 0 end) <> 1
