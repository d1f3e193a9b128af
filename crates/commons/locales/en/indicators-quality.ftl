# How far a number can be relied on.

indicators-quality-title = Reliability
indicators-quality-reliable = Reliable
indicators-quality-caution = Use with care
indicators-quality-unreliable = Not reliable
indicators-quality-of = { $word }: the standard error is { $variation } of the value.
indicators-quality-of-share = { $word }: the standard error is { $variation } of the share, or of what is left beside it where that is smaller.
indicators-quality-few = { $word }: fewer than { $fewest } were counted.
indicators-quality-n-effective = Effective n
indicators-quality-replicates = From { $n } replicate weights ({ $method })
