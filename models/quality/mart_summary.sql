{# Each: code, relation, what is counted of its rows, which rows, and what the figure is. #}
{% set counts = [
    ('reports', 'dim_report', 'count(*)', 'true', 'editions that are loaded'),
    ('lines', 'mart_reconciliation', 'sum(line_count)', 'true', 'lines of their files'),
    ('printed_cells', 'fct_printed_cell', 'count(*)', 'true', 'printed cells'),
    ('months', 'fct_monthly_participants', 'count(distinct month_key)', 'true', 'months with figures'),
    ('monthly_facts', 'fct_monthly_participants', 'count(*)', 'true', 'figures of a month'),
    ('published_facts', 'fct_monthly_participants', 'count(*)', "value_status = 'published'",
        'figures of a month that are printed as numbers'),
    ('hidden_facts', 'fct_monthly_participants', 'count(*)', "value_status = 'suppressed'",
        'figures of a month that are hidden'),
    ('blank_facts', 'fct_monthly_participants', 'count(*)', "value_status = 'blank_zero'",
        'figures of a month that are blanks for zero'),
    ('averages', 'fct_year_to_date_average', 'count(*)', 'true', 'averages of the year to date'),
    ('checks', 'fct_rule_check', 'count(*)', 'true', 'checks of a rule'),
    ('tested', 'fct_rule_check', 'count(*)', "outcome <> 'not_testable'", 'checks that could be made'),
    ('equal', 'fct_rule_check', 'count(*)', "outcome = 'equal'", 'checks that hold to the last person'),
    ('possible', 'fct_rule_check', 'count(*)', "outcome = 'possible'",
        'checks that can hold within the bounds of hidden numbers'),
    ('impossible', 'fct_rule_check', 'count(*)', "outcome = 'impossible'", 'checks that cannot hold'),
    ('not_testable', 'fct_rule_check', 'count(*)', "outcome = 'not_testable'",
        'checks without a printed whole or without a number'),
    ('zero_needed', 'int_rule_check', 'count(*)',
        "rule_type = 'sum' and parts_min + hidden_part_count > whole_max",
        'sums that could not be right if a hidden number were never zero'),
    ('hidden_cells', 'mart_disclosure_by_report', 'sum(hidden_count)', 'true',
        'hidden figures, averages included'),
    ('revealed_cells', 'mart_disclosure_by_report', 'sum(revealed_count)', 'true',
        'hidden figures for which one printed sum leaves a single value'),
    ('derived_rows', 'mart_disclosure_by_relation', 'sum(derived_row_count)', 'true',
        'rows that are derived, not printed'),
    ('pinned_rows', 'mart_disclosure_by_relation', 'sum(pinned_count)', 'true',
        'derived rows that say more of a hidden number than the printed rule'),
    ('revisions', 'mart_revisions', 'count(*)', 'true', 'figures that read differently in a newer edition'),
    ('corrections', 'dim_correction', 'count(*)', 'true', 'misprints on record'),
    ('exceptions', 'dim_accepted_exception', 'count(*)', 'true', 'accepted exceptions on record'),
    ('stable_areas', 'dim_stable_area', 'count(*)', "comparison_key = 'all'",
        'areas that are the same in all county structures'),
    ('county_printed', 'mart_participants_by_county_structure', 'count(*)', "derivation = 'printed'",
        'figures on a county structure that are printed'),
    ('county_summed', 'mart_participants_by_county_structure', 'count(*)', "derivation = 'exact_sum'",
        'figures on a county structure that are exact sums'),
    ('county_estimated', 'mart_participants_by_county_structure', 'count(*)', "derivation = 'estimated'",
        'figures on a county structure that are estimated'),
    ('county_bounded', 'mart_participants_by_county_structure', 'count(*)', "derivation = 'bounded'",
        'figures on a county structure that have bounds alone'),
    ('county_unknown', 'mart_participants_by_county_structure', 'count(*)', "derivation = 'unknown'",
        'figures on a county structure that are not known'),
] %}
{% set shares = [
    ('covered_once', 'mart_quality_by_report', 'covered_once_count', 'fact_count',
        'share of the figures that are held by at least one rule'),
    ('covered_twice', 'mart_quality_by_report', 'covered_twice_count', 'fact_count',
        'share of the figures that are held by at least two rules'),
] %}
{% for code, relation, counted, condition, meaning in counts %}
select
    '{{ code }}' as figure_code,
    '{{ meaning }}' as meaning,
    cast(coalesce({{ counted }}, 0) as integer) as figure_count,
    cast(null as double) as figure_share
from {{ ref(relation) }}
where {{ condition }}
union all
{% endfor %}
{% for code, relation, part, whole, meaning in shares %}
select
    '{{ code }}' as figure_code,
    '{{ meaning }}' as meaning,
    cast(null as integer) as figure_count,
    cast(sum({{ part }}) as double) / sum({{ whole }}) as figure_share
from {{ ref(relation) }}
{% if not loop.last %}union all{% endif %}

{% endfor %}
