-- One row per row of a derived mart and cell it is made of, with the bounds that the printed rule gives for
-- the cell and the share of it that may count: what a reader could put together again.
select * from {{ ref('int_derived_term_county') }}
union all
select * from {{ ref('int_derived_term_measure') }}
