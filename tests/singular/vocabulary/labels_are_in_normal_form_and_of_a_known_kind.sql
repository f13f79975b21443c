-- Fails for each label, heading or line of a seed that is not in the normal form in which it is compared, and
-- for each label of an unknown kind.
with labels as (
    select
        label,
        kind
    from {{ ref('stg_label') }}
    union all
    select
        label,
        kind
    from {{ ref('label_section') }}
    union all
    select
        label,
        kind
    from {{ ref('header_label') }}
    {% for seed, column in {
        'furniture': 'line', 'legend': 'legend_label', 'other_statistic': 'title_start', 'update_word': 'word'
    }.items() %}
    union all
    select
        {{ column }} as label,
        'official' as kind
    from {{ ref(seed) }}
    {% endfor %}
)

select
    label,
    kind
from labels
where
    label <> {{ normalise_label('label') }}
    or kind is null
    or kind not in ('official', 'former', 'variant', 'misreading')
