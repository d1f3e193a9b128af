# Sejauh mana sebuah angka dapat diandalkan.

indicators-quality-title = Keandalan
indicators-quality-reliable = Dapat diandalkan
indicators-quality-caution = Gunakan dengan hati-hati
indicators-quality-unreliable = Tidak dapat diandalkan
indicators-quality-of = { $word }: galat bakunya { $variation } dari nilainya.
indicators-quality-of-share = { $word }: galat bakunya { $variation } dari persentase itu, atau dari sisanya bila sisanya lebih kecil.
indicators-quality-few = { $word }: yang dihitung kurang dari { $fewest }.
indicators-quality-n-effective = n efektif
indicators-quality-replicates = Dari { $n } bobot replikasi ({ $method })
