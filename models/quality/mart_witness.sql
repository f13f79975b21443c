with places as (
    select
        report_id,
        count(*) as place_count
    from {{ ref('int_witness_place') }}
    group by report_id
),

equals as (
    select
        report_id,
        count(*) as equal_count
    from {{ ref('int_witness_agreement') }}
    group by report_id
),

differences as (
    select
        witness_key,
        sum(case when difference = 'other_text' then 1 else 0 end) as other_text_count,
        sum(case when difference = 'only_in_lead' then 1 else 0 end) as only_in_lead_count,
        sum(case when difference = 'only_in_witness' then 1 else 0 end) as only_in_witness_count
    from {{ ref('mart_witness_difference') }}
    group by witness_key
)

select
    files.report_id as witness_key,
    files.lead_report_id as report_key,
    files.source_file,
    files.text_format,
    files.sha256,
    files.cell_count,
    cast(coalesce(places.place_count, 0) as integer) as compared_count,
    cast(coalesce(equals.equal_count, 0) as integer) as equal_count,
    cast(coalesce(differences.other_text_count, 0) as integer) as other_text_count,
    cast(coalesce(differences.only_in_lead_count, 0) as integer) as only_in_lead_count,
    cast(coalesce(differences.only_in_witness_count, 0) as integer) as only_in_witness_count,
    files.notices
from {{ ref('stg_report_file') }} as files
left join places on files.report_id = places.report_id
left join equals on files.report_id = equals.report_id
left join differences on files.report_id = differences.witness_key
where files.lead_report_id is not null
