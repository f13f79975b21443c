-- Fails for each entry of the rules that the others contradict: a known report that one guard knows and the
-- other does not, a rule whose severity or rounding is not that of its kind, a pair of digits that is not
-- alike both ways, and a kind of reading problem that has no words or that nothing finds.
{% set found = [] %}
{% for node in graph.nodes.values() if node.name in ('int_reading_problem', 'int_reading_advice') %}
{% for problem in modules.re.findall("'([a-z_]+)' as problem", node.raw_code) if problem not in found %}
{% do found.append(problem) %}
{% endfor %}
{% endfor %}
{% set facts = [] %}
{% set places = [''] %}
{% for node in graph.nodes.values() %}
{% if node.resource_type == 'model' and node.name.startswith('fct_') %}
{% do facts.append(node.name) %}
{% endif %}
{% if node.resource_type == 'seed' %}
{% set path = node.original_file_path %}
{% do places.extend([path, modules.re.sub('/[a-z_]+.csv$', '', path)]) %}
{% endif %}
{% endfor %}
with guarded as (
    select distinct report_key
    from {{ ref('expected_rule_check') }}
),

-- Texts of one edition in two files are no witnesses of each other, and have the same place.
formats as (
    select
        text_format,
        witness_order,
        dense_rank() over (order by witness_order asc) as place,
        count(*) over (partition by witness_order) as format_count
    from {{ ref('text_format') }}
),

problems as (
    {% for problem in found %}
    select '{{ problem }}' as problem
    {% if not loop.last %}union{% endif %}

    {% endfor %}
)

select
    'known report' as found_in,
    coalesce(guarded.report_key, reports.report_key) as entry
from guarded
full outer join {{ ref('expected_report') }} as reports on guarded.report_key = reports.report_key
where guarded.report_key is null or reports.report_key is null
union all
select
    'rule' as found_in,
    rule_code as entry
from {{ ref('consistency_rule') }}
where
    -- Two editions may differ because NAV has corrected a figure; nothing else may.
    (severity = 'warn') <> coalesce(part_level = 'edition', false)
    or (rule_type = 'mean') <> (rounding = 0.5)
    or (rule_type <> 'mean') <> (rounding = 0)
    or (rule_type = 'mean') <> coalesce(part_level = 'month', false)
    or (rule_type = 'sum') <> (part_level is null)
    or from_month_key not between 200001 and 299912
union all
select
    'known report' as found_in,
    report_key as entry
from {{ ref('expected_report') }}
where covered_once_count is null or covered_twice_count is null or covered_twice_count > covered_once_count
union all
select
    'format' as found_in,
    text_format as entry
from formats
where witness_order <> place or (format_count > 1 and text_format not in ('text', 'markdown'))
union all
select
    'statistic' as found_in,
    statistic_code as entry
from {{ ref('statistic') }}
where
    fact_relation not in (
        {% for name in facts %}
        '{{ name }}'{% if not loop.last %},{% endif %}

        {% endfor %}
    )
union all
select
    'misreading' as found_in,
    slips.misreading || ' ' || slips.printed || slips.meant as entry
from {{ ref('misreading') }} as slips
left join {{ ref('misreading') }} as reverses
    on
        slips.misreading = reverses.misreading
        and slips.printed = reverses.meant
        and slips.meant = reverses.printed
        and slips.weight = reverses.weight
where
    (slips.printed is not null and reverses.misreading is null)
    or (slips.printed is null) <> (slips.meant is null)
    or (slips.printed is not null and slips.misreading <> 'digit_confused')
union all
select
    'reading problem' as found_in,
    coalesce(problems.problem, kinds.problem) as entry
from problems
full outer join {{ ref('reading_problem') }} as kinds on problems.problem = kinds.problem
where
    problems.problem is null
    or kinds.problem is null
    or coalesce(kinds.seed_file, '') not in (
        {% for name in places | unique %}
        '{{ name }}'{% if not loop.last %},{% endif %}

        {% endfor %}
    )
