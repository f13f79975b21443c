{# Fails for each average that is not the rounded mean of its months. #}
{% test average_is_rounded_mean(model, monthly) %}
with means as (
    select
        averages.fact_key,
        averages.month_key,
        averages.participants_average_min,
        averages.participants_average_max,
        count(months.fact_key) as month_count,
        avg(months.participants_min) as mean_min,
        avg(months.participants_max) as mean_max
    from {{ model }} as averages
    left join {{ monthly }} as months
        on
            substr(averages.fact_key, 7) = substr(months.fact_key, 7)
            and months.month_key between averages.month_key - averages.month_key % 100 and averages.month_key
    group by
        averages.fact_key,
        averages.month_key,
        averages.participants_average_min,
        averages.participants_average_max
)

select
    fact_key,
    participants_average_min,
    participants_average_max,
    month_count,
    mean_min,
    mean_max
from means
where
    month_count <> month_key % 100
    or not {{ intervals_overlap(
        'participants_average_min - 0.5', 'participants_average_max + 0.5', 'mean_min', 'mean_max'
    ) }}
{% endtest %}
