# Jalan dari produsen ke walidata ke pemberi persetujuan, dan apa yang usang atau ditarik.

catalog-workflow-review = Menuju terbit untuk umum
catalog-workflow-review-link = Sampai di mana jalannya menuju umum
catalog-workflow-whole-dataset = Seluruh dataset
catalog-workflow-new-rows = Baris baru untuk { $table }
catalog-workflow-new-licence = Lisensi lain: { $licence }
catalog-workflow-licence-changes = Lisensi, dari { $from } menjadi { $to }
catalog-workflow-licence-waits = Lisensi { $licence } menunggu diperiksa. Sampai saat itu { $holds } yang berlaku.
catalog-workflow-version-of = Versi { $version } dari { $table }
catalog-workflow-stage-draft = Pada produsennya
catalog-workflow-stage-submitted = Menunggu walidata
catalog-workflow-stage-checked = Menunggu persetujuan
catalog-workflow-stage-scheduled = Akan terbit { $at }
catalog-workflow-days = { $n ->
    [0] Sejak hari ini
   *[other] Selama { $n } hari
}
catalog-workflow-do-submit = Serahkan kepada walidata
catalog-workflow-do-take-back = Ambil kembali
catalog-workflow-do-check = Sudah benar
catalog-workflow-do-approve = Setujui dan terbitkan
catalog-workflow-do-return = Kembalikan kepada produsen
catalog-workflow-do-comment = Kirim
catalog-workflow-do-unpublish = Tutup untuk umum
catalog-workflow-do-standing = Simpan
catalog-workflow-next-submit = Serahkan
catalog-workflow-next-check = Periksa
catalog-workflow-next-approve = Setujui
catalog-workflow-note = Yang ingin Anda sampaikan
catalog-workflow-note-hint = Wajib bila dikembalikan: tulis apa yang harus diperbaiki.
catalog-workflow-publish-at = Terbit pada
catalog-workflow-publish-at-hint = Kosongkan agar terbit sekarang.
catalog-workflow-what-changes = Yang berubah bagi pembaca
catalog-workflow-first-rows = Baris pertama
catalog-workflow-faults = Yang tidak dapat dibaca atau meragukan
catalog-workflow-faults-hidden = Ini tentang kolom yang tidak boleh Anda lihat. Walidata melihatnya.
catalog-workflow-done-submit = Sudah diserahkan.
catalog-workflow-done-take-back = Sudah ditarik kembali dan menjadi konsep lagi.
catalog-workflow-done-check = Anda menyatakannya beres.
catalog-workflow-done-return = Sudah dikembalikan kepada produsennya beserta catatan Anda.
catalog-workflow-done-approve = Sudah disetujui. Terbit pada jam yang ditetapkan, atau dalam satu menit.
catalog-workflow-done-comment = Komentar Anda sudah dicatat.
catalog-workflow-done-unpublish = Sudah tidak terbit lagi.
catalog-workflow-done-standing = Pernyataan Anda sudah dicatat dan tampak bagi pembaca.
catalog-workflow-done-key = Kolom-kolom itu sudah dicatat.
catalog-workflow-nothing-waits = Tidak ada yang sedang berjalan dari dataset ini.
catalog-workflow-fails = Yang kurang
catalog-workflow-history = Yang dilakukan dan disampaikan
catalog-workflow-no-steps = Belum ada.
catalog-workflow-comment = Tulis kepada rekan lain yang mengerjakannya
catalog-workflow-program = Program
catalog-workflow-step-entered = Diminta untuk dibuka
catalog-workflow-step-changed = Diubah
catalog-workflow-step-sent = Berkas dikirim
catalog-workflow-step-submitted = Diserahkan
catalog-workflow-step-taken-back = Diambil kembali
catalog-workflow-step-checked = Diperiksa
catalog-workflow-step-returned = Dikembalikan
catalog-workflow-step-approved = Disetujui
catalog-workflow-step-published = Diterbitkan
catalog-workflow-step-applied = Berlaku; dataset ditutup untuk umum
catalog-workflow-step-unpublished = Ditutup untuk umum
catalog-workflow-step-commented = Komentar
catalog-workflow-step-deprecated = Dinyatakan usang
catalog-workflow-step-withdrawn = Ditarik
catalog-workflow-step-restored = Berlaku lagi
catalog-workflow-keys = Kolom yang menamai baris
catalog-workflow-keys-lead = Dengan kolom ini dua versi dibandingkan baris demi baris.
catalog-workflow-key-of = { $table }
catalog-workflow-unpublish = Tutup dataset untuk umum
catalog-workflow-why = Alasan
catalog-workflow-why-hint = Pembaca melihatnya.
catalog-workflow-standing = Nyatakan usang atau tarik
catalog-workflow-standing-lead = Yang usang masih dapat dibaca, dengan peringatan. Yang ditarik tidak, dan sebuah halaman menjelaskan alasannya.
catalog-workflow-subject = Apa
catalog-workflow-kind = Keadaannya
catalog-workflow-say-deprecated = Usang: masih ada, dengan peringatan
catalog-workflow-say-withdrawn = Ditarik: tidak ada lagi
catalog-workflow-say-restored = Seperti semula: bukan keduanya
catalog-workflow-replaced-by = Alamat penggantinya
catalog-workflow-replaced-by-hint = Misalnya /data/desa-2026. Boleh kosong.
catalog-workflow-deprecated = Usang
catalog-workflow-withdrawn = Ditarik
catalog-workflow-instead = Lihat penggantinya
catalog-workflow-is-deprecated = Dataset ini sebaiknya tidak dipakai lagi: { $reason }
catalog-workflow-waits-for-you = Menunggu Anda
catalog-workflow-nothing-for-you = Tidak ada yang menunggu Anda.
catalog-workflow-waits-for-others = Menunggu orang lain
catalog-workflow-what = Apa
catalog-workflow-age = Menunggu
catalog-workflow-next = Langkah berikut
catalog-workflow-choose = Pilih
catalog-workflow-check-chosen = Yang dipilih sudah benar
catalog-workflow-yours = Dataset Anda
catalog-workflow-tell = Beri tahu produsennya
catalog-workflow-n-wait = { $n ->
   *[other] { $n } hal menunggu Anda
}
catalog-workflow-n-fail = { $n ->
   *[other] { $n } dataset ada kekurangannya
}
catalog-workflow-n-late = { $n ->
   *[other] { $n } dataset terlambat
}
catalog-workflow-n-contributions = { $n ->
   *[other] { $n } kiriman pembaca menunggu dibaca
}
catalog-workflow-n-more = { $n ->
   *[other] { $n } lagi
}
catalog-workflow-reports = Kesalahan data yang dilaporkan warga
catalog-workflow-reports-waiting = Kesalahan yang dilaporkan dalam data Anda, dan sudah berapa lama menunggu
catalog-workflow-desk-fails = Bermasalah
catalog-workflow-nothing-fails = Tidak ada kekurangan yang terlihat oleh program.
catalog-workflow-fails-in-files = { $n ->
   *[other] Berkas: { $n } dataset
}
catalog-workflow-fails-in-columns = { $n ->
   *[other] Kolom: { $n } dataset
}
catalog-workflow-fails-in-metadata = { $n ->
   *[other] Keterangan dan metadata: { $n } dataset
}
catalog-workflow-describe = Jawab pertanyaan formulir metadata
catalog-workflow-desk-late = Terlambat
catalog-workflow-nothing-late = Tidak ada yang lewat tenggat.
catalog-workflow-more-late = { $n ->
   *[other] dan { $n } periode lagi
}
catalog-workflow-told-title = { $n ->
   *[other] Data: { $n } kabar menuju terbit untuk umum
}
catalog-workflow-told-check = Menunggu pemeriksaan Anda: { $dataset } ({ $what })
catalog-workflow-told-approve = Menunggu persetujuan Anda: { $dataset } ({ $what })
catalog-workflow-told-returned = Dikembalikan kepada produsennya, dengan catatan apa yang harus diperbaiki: { $dataset } ({ $what })
catalog-workflow-told-approved = Disetujui, akan terbit { $at }: { $dataset } ({ $what })
catalog-workflow-told-published = Diterbitkan: { $dataset } ({ $what })
catalog-workflow-told-applied = Berlaku, dan tetap ditutup untuk umum: { $dataset } ({ $what })
catalog-workflow-rules = Siapa yang memeriksa data lebih dahulu
catalog-workflow-rules-lead = Tidak seorang pun memeriksa atau menyetujui buatannya sendiri: produsen, walidata, dan pemberi persetujuan adalah tiga orang. Yang menyetujui ialah pimpinan, dan walidata wilayah di atasnya.
catalog-workflow-all-others = Semua yang tidak punya aturan sendiri
catalog-workflow-rule-as-portal = Sama dengan yang lain
catalog-workflow-rule-none = Tidak ada: yang dibuka produsen langsung dapat dibaca
catalog-workflow-rule-steward = Walidata memeriksanya sebelum semua orang dapat membacanya
catalog-workflow-rule-approver = Walidata lalu pemberi persetujuan memeriksanya sebelum semua orang dapat membacanya
catalog-workflow-flaw-file-refused = { $table }: berkas { $file } tidak dapat dibaca
catalog-workflow-flaw-rows-refused = { $n ->
   *[other] { $table }: { $n } baris tidak dapat dibaca
}
catalog-workflow-flaw-not-conforming = { $n ->
   *[other] { $n } kolom tidak mengikuti standarnya
}
catalog-workflow-flaw-metadata = Metadata (MS-Keg, MS-Var, MS-Ind) belum lengkap
catalog-workflow-flaw-no-table = Belum ada yang dikirim
catalog-workflow-flaw-no-licence = Tanpa lisensi
catalog-workflow-flaw-no-description = Tanpa keterangan
catalog-workflow-flaw-no-contact = Tidak ada yang dapat ditanya
catalog-workflow-flaw-unclassified = { $n ->
   *[other] { $n } kolom yang belum ditinjau
}
catalog-workflow-flaw-broken-link = { $title }: alamatnya tidak menuju ke mana pun
catalog-workflow-stage-of = { $stage } ({ $organisation })
catalog-workflow-of-nobody = data tanpa penerbit
catalog-workflow-taker-steward = { $n ->
   *[other] Berikutnya diperiksa walidata ({ $organisation }): { $n } akun dapat melakukannya
}
catalog-workflow-taker-leader = { $n ->
   *[other] Berikutnya disetujui pimpinan atau walidata wilayah di atasnya ({ $organisation }): { $n } akun dapat melakukannya
}
catalog-workflow-nobody-steward = Tidak ada yang dapat memeriksa ini: tidak ada walidata untuknya ({ $organisation }) yang tidak ikut mengerjakannya. Pilih penerbit lain, atau minta administrator memberi seseorang peran itu.
catalog-workflow-nobody-leader = Tidak ada yang dapat menyetujui ini: tidak ada pimpinan atau walidata wilayah di atasnya ({ $organisation }) yang tidak ikut mengerjakannya. Minta administrator memberi seseorang peran itu.
catalog-workflow-why-not-own-work = Anda sendiri yang memasukkan, mengubah, atau mengirim ini, jadi orang lain yang harus memeriksanya.
catalog-workflow-why-not-own-check = Anda sendiri yang memeriksanya, jadi orang lain yang harus menyetujuinya.
catalog-workflow-why-not-others = Peran Anda untuk organisasi atau wilayah lain, bukan untuk data ini, jadi Anda tidak dapat mengambil langkah ini.
catalog-workflow-progress = Sampai di mana keterangannya
catalog-workflow-other-columns = Kolomnya lain: dari { $before } kolom yang dimiliki { $table }, { $kept } ada di berkas baru. Periksa apakah berkas ini memang untuk tabel itu.

problem-publication-unknown = Ini tidak sedang berjalan lagi, atau tidak pernah ada.
problem-publication-changed-meanwhile = Ada yang berubah sejak Anda melihatnya. Lihat lagi, lalu putuskan.
problem-own-work = Anda ikut mengerjakan ini. Orang lain yang harus memeriksanya.
problem-own-check = Anda sendiri yang memeriksanya. Orang lain yang harus menyetujuinya.
problem-step-not-now = Itu bukan langkah berikutnya. Lihat sampai di mana jalannya.
problem-step-unknown = Tidak ada langkah “{ $step }”.
problem-publish-at-past = Waktu itu sudah lewat. Pilih yang lebih kemudian, atau kosongkan.
problem-moment-malformed = Tulis hari dan jam, seperti 2026-12-01T08:00.
problem-address-malformed = Tulis alamat di portal ini, yang dimulai dengan satu /, tanpa spasi.
problem-dataset-withdrawn = “{ $dataset }” ditarik pada { $date }: { $reason }
