# Versi tabel, dan apa yang berubah di antara dua versi.

catalog-versions-title = Versi { $table }
catalog-versions-lead = Setiap kali barisnya berubah, dibuat versi baru. Semuanya dapat dibaca, dan dua versi mana pun dapat dibandingkan.
catalog-versions-link = Semua versi, apa yang berubah, dan cara mengutipnya
catalog-versions-address = Alamat tetap
catalog-versions-in = pada versi { $version }
catalog-versions-compare = Bandingkan dua versi
catalog-versions-older = Versi lama
catalog-versions-newer = Versi baru
catalog-versions-compare-button = Bandingkan
catalog-versions-cite = Kutip data ini
catalog-versions-cite-lead = Alamat di dalamnya selalu menuju versi ini, meskipun ada versi yang lebih baru.
catalog-versions-cite-text = { $publisher }. { $title }. Versi { $version }, { $date } [data]. { $address } (dibaca { $today })
catalog-versions-old = Ini versi { $version }: nomor { $position } dari { $n }. Versi yang lebih baru terbit pada { $date }.
catalog-versions-newest = Lihat versi { $version } yang ditampilkan sekarang
catalog-versions-deprecated = Versi { $version } sebaiknya tidak dipakai lagi: { $reason }
catalog-versions-added = { $n ->
   *[other] { $n } baris ditambahkan.
}
catalog-versions-removed = { $n ->
   *[other] { $n } baris dihapus.
}
catalog-versions-changed = { $n ->
   *[other] Pada { $n } baris ada yang berubah.
}
catalog-versions-same = Baris-barisnya sama.
catalog-versions-in-rows = { $n ->
   *[other] { $column } pada { $n } baris
}
catalog-versions-more-columns = { $n ->
   *[other] dan { $n } kolom lagi
}
catalog-versions-where = Yang berubah: { $columns }.
catalog-versions-column-added = Kolom { $column } baru.
catalog-versions-column-removed = Kolom { $column } dihapus.
catalog-versions-column-retyped = Kolom { $column } dahulu berisi { $from } dan sekarang berisi { $to }.
catalog-versions-column-renamed = Kolom { $from } sekarang bernama { $to }, sejauh terlihat dari nilainya.
catalog-versions-by-key = Baris dicocokkan dengan versi lain menurut { $columns }.
catalog-versions-no-key = Tidak ada kolom yang menamai setiap baris, maka baris dibandingkan seutuhnya: baris yang berubah dihitung sebagai satu yang dihapus dan satu yang ditambahkan.
catalog-versions-nothing = (kosong)
catalog-versions-see-changes = Apa yang berubah
catalog-versions-nothing-seen = tidak ada kolom milik kedua versi yang boleh Anda lihat. Walidata menyatakan kolom mana yang boleh dilihat semua orang.
catalog-versions-nothing-shared = kedua versi tidak memiliki kolom yang bernama sama.
catalog-versions-change = Yang terjadi
catalog-versions-column = Kolom
catalog-versions-before = Sebelum
catalog-versions-after = Sesudah
catalog-versions-all-changes = Semuanya
catalog-versions-word-added = Ditambahkan
catalog-versions-word-removed = Dihapus
catalog-versions-word-changed = Berubah
catalog-versions-whole-row = Seluruh baris
catalog-versions-n-rows = { $n ->
   *[other] { $n } baris berbeda
}
catalog-versions-diff-title = Yang berubah dari versi { $before } ke { $after }
catalog-versions-places = Perubahan wilayah
catalog-versions-places-split = { $n ->
   *[other] { $n } wilayah dimekarkan.
}
catalog-versions-places-recoded = { $n ->
   *[other] { $n } wilayah mendapat kode baru.
}
catalog-versions-places-renamed = { $n ->
   *[other] { $n } wilayah berganti nama.
}
catalog-versions-places-merged = { $n ->
   *[other] { $n } wilayah digabungkan ke wilayah lain.
}
catalog-versions-places-more = { $n ->
   *[other] Dan { $n } lagi.
}
catalog-versions-place-split = Pemekaran
catalog-versions-place-recoded = Kode baru
catalog-versions-place-renamed = Nama baru
catalog-versions-place-merged = Penggabungan
catalog-versions-rows = Baris yang berbeda
catalog-versions-which = Tampilkan
catalog-versions-key = Kolom yang menamai baris
catalog-versions-key-hint = Dipisahkan koma, misalnya tahun, kode. Kosongkan agar program mencarinya.
catalog-versions-all = Semua versi

problem-version-withdrawn = Versi { $version } ditarik pada { $date }: { $reason }
problem-version-unknown-then = Belum ada yang diterbitkan dari tabel ini sampai { $date }.
problem-version-unknown-among = Tabel ini tidak punya versi “{ $version }”. Yang dapat dibaca: { $versions }.
problem-day-malformed = “{ $day }” bukan tanggal. Tulis seperti 2025-01-31.
