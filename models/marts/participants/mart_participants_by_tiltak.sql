{{ printed_or_summed('tiltak') }}
