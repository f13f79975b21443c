-- One row per distinct cell of an edition, with the product of the edition and its place in time. Checks are
-- made within a product: another one may have been revised meanwhile.
select
    cells.report_id,
    cells.column_type,
    cells.fact_key,
    cells.month_key,
    {% for dimension in dimension_names() %}
    cells.{{ dimension }}_key,
    {% endfor %}
    cells.participants_min,
    cells.participants_max,
    cells.times_printed,
    cells.cell_id,
    editions.product_code,
    products.scope_tiltak_key,
    editions.edition_order
from {{ ref('int_cell_edition') }} as cells
inner join {{ ref('int_edition') }} as editions on cells.report_id = editions.report_id
inner join {{ ref('product') }} as products on editions.product_code = products.product_code
