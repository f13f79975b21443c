{# Fails where parts cannot add up, and where too few sums were checked. #}
{% test additive_rule_holds(model, rule_code, expected, reports) %}
with instances as (
    select
        whole_fact_key,
        report_key,
        outcome
    from {{ model }}
    where rule_code = '{{ rule_code }}'
),

counted as (
    select
        report_key,
        count(*) as instance_count
    from instances
    group by report_key
),

missing as (
    select
        expected.report_key,
        expected.instance_count as expected_count,
        coalesce(counted.instance_count, 0) as instance_count
    from {{ expected }} as expected
    inner join {{ reports }} as reports on expected.report_key = reports.report_key
    left join counted on expected.report_key = counted.report_key
    where
        expected.rule_code = '{{ rule_code }}'
        and reports.superseded_cell_count = 0
        and coalesce(counted.instance_count, 0) < expected.instance_count
)

select
    report_key,
    'the parts cannot add up to ' || whole_fact_key as problem
from instances
where outcome = 'impossible'
union all
select
    report_key,
    'only ' || cast(instance_count as string) || ' of ' || cast(expected_count as string)
    || ' known sums were checked' as problem
from missing
{% endtest %}
