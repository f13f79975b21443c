{{ printed_or_summed('tiltaksgruppe') }}
