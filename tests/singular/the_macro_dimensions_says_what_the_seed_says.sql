-- Fails for each level of a dimension that the seed `dimension` has and the macro `dimensions` has not, or
-- the other way round, and where their order differs: the order of the macro is that of a fact's key.
with of_macro as (
    {% for dimension, label_lists in dimensions().items() %}
    {% set dimension_no = loop.index %}
    {% for label_list in label_lists %}
    select
        {{ dimension_no }} as dimension_no,
        '{{ dimension }}' as dimension,
        '{{ label_list }}' as label_list
    {% if not loop.last %}union all{% endif %}

    {% endfor %}
    {% if not loop.last %}union all{% endif %}

    {% endfor %}
),

of_seed as (
    select
        dimension,
        label_list,
        dense_rank() over (order by first_order asc) as dimension_no
    from (
        select
            dimension,
            label_list,
            min(sort_order) over (partition by dimension) as first_order
        from {{ ref('dimension') }}
    ) as levels
)

select
    of_macro.dimension as in_macro,
    of_seed.dimension as in_seed,
    of_seed.label_list
from of_macro
full outer join of_seed
    on
        of_macro.dimension_no = of_seed.dimension_no
        and of_macro.dimension = of_seed.dimension
        and of_macro.label_list = of_seed.label_list
where of_macro.dimension is null or of_seed.dimension is null
