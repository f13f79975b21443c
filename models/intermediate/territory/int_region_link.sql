-- One row per ordered pair of regions with territory in common: what share of the people of the first may
-- live in the second. Two regions are compared through the pieces of territory that no reform has cut.
with members as (
    select
        members.region_key,
        members.piece_key,
        pieces.name as piece_name,
        pieces.municipalities,
        case when transfers.piece_key is null then 0 else 1 end as is_in_transfer
    from {{ ref('region_piece_member') }} as members
    inner join {{ ref('region_piece') }} as pieces on members.piece_key = pieces.piece_key
    left join {{ ref('region_transfer_piece') }} as transfers
        on members.region_key = transfers.region_key and members.piece_key = transfers.piece_key
),

sizes as (
    select
        region_key,
        count(*) as piece_count,
        sum(is_in_transfer) as transfer_piece_count
    from members
    group by region_key
),

common as (
    select
        source.region_key as from_region_key,
        target.region_key as to_region_key,
        count(*) as piece_count,
        sum(source.is_in_transfer) as transfer_piece_count,
        {{ joined_text('source.piece_name', '; ', 'source.piece_key') }} as territory,
        {{ joined_text('source.municipalities', '; ', 'source.piece_key') }} as municipalities
    from members as source
    inner join members as target on source.piece_key = target.piece_key
    group by source.region_key, target.region_key
),

-- The shares of all years together, each weighed by the months it was measured in.
shares as (
    select
        region_key,
        round(cast({{ exact_sum('share_mean * month_count') }} as double) / sum(month_count), 5) as share,
        min(share_min) as share_min,
        max(share_max) as share_max,
        min(source) as source
    from {{ ref('region_transfer_share') }}
    group by region_key
),

compared as (
    select
        common.from_region_key,
        common.to_region_key,
        common.territory,
        common.municipalities,
        common.piece_count = from_sizes.piece_count as is_exact,
        common.piece_count = to_sizes.piece_count as is_whole_target,
        case
            when common.piece_count = from_sizes.piece_count then 'all'
            when
                common.transfer_piece_count = common.piece_count
                and common.piece_count = from_sizes.transfer_piece_count
                then 'transfer'
            when
                common.transfer_piece_count = 0
                and common.piece_count = from_sizes.piece_count - from_sizes.transfer_piece_count
                then 'rest'
        end as estimated_part
    from common
    inner join sizes as from_sizes on common.from_region_key = from_sizes.region_key
    inner join sizes as to_sizes on common.to_region_key = to_sizes.region_key
)

select
    compared.from_region_key,
    compared.to_region_key,
    case
        when compared.from_region_key = compared.to_region_key then 'unchanged'
        when compared.is_exact and compared.is_whole_target then 'renamed'
        when compared.is_exact then 'merged'
        when compared.is_whole_target then 'split'
        else 'transfer'
    end as change_kind,
    compared.territory,
    compared.municipalities,
    cast(case when compared.is_exact then 1 else 0 end as double) as share_min,
    cast(1 as double) as share_max,
    case compared.estimated_part
        when 'all' then cast(1 as double)
        when 'transfer' then shares.share
        when 'rest' then cast(1 as double) - shares.share
    end as estimated_share,
    case compared.estimated_part
        when 'all' then cast(1 as double)
        when 'transfer' then shares.share_min
        when 'rest' then cast(1 as double) - shares.share_max
    end as estimated_share_min,
    case compared.estimated_part
        when 'all' then cast(1 as double)
        when 'transfer' then shares.share_max
        when 'rest' then cast(1 as double) - shares.share_min
    end as estimated_share_max,
    case compared.estimated_part
        when 'all' then cast(0 as double)
        when 'transfer' then shares.share
        when 'rest' then shares.share
    end as moved_share,
    case when compared.estimated_part <> 'all' then shares.source end as estimate_source,
    compared.is_exact
from compared
left join shares on compared.from_region_key = shares.region_key
