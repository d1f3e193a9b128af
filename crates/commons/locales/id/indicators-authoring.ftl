# Definisi yang ditulis di peramban: yang sedang diproses, satu teks, versi mana yang berlaku kapan.

indicators-authoring-title = Definisi indikator
indicators-authoring-lead = Apa yang dihitung setiap angka, dan untuk siapa ditampilkan. Satu walidata menulis, yang kedua memeriksa, pimpinan atau walidata ketiga menyetujui.
indicators-authoring-open = Sedang diproses
indicators-authoring-open-none = Tidak ada definisi yang sedang diproses.
indicators-authoring-known = Berlaku
indicators-authoring-code = Kode
indicators-authoring-stage = Tahap
indicators-authoring-opened = Dimulai
indicators-authoring-history = Riwayat
indicators-authoring-begin = Versi berikutnya
indicators-authoring-change = Usulkan perubahan
indicators-authoring-unreadable = Teks yang belum dapat dibaca
indicators-authoring-versions = Semua versi definisi
indicators-authoring-new = Tulis definisi
indicators-authoring-new-lead = Mulailah dari contoh yang paling dekat, atau dari definisi di bawah.
indicators-authoring-template-share = Bagian: sekian dari semua yang termasuk
indicators-authoring-template-mean = Rata-rata: suatu jumlah untuk setiap yang termasuk
indicators-authoring-template-ratio = Rasio: satu jumlah dibagi jumlah lain
indicators-authoring-template-total = Total: berapa banyak
indicators-authoring-template-formula = Rumus atas indikator lain
indicators-authoring-template-entered = Angka yang diisi kantor dengan tangan
indicators-authoring-definition = Definisi
indicators-authoring-text = Teks definisi
indicators-authoring-text-lead = Boleh belum selesai. Tidak ada yang melihat angkanya sebelum diperiksa dan disetujui.
indicators-authoring-text-hint = TOML, satu kunci per baris. Catatan Anda setelah # tetap disimpan.
indicators-authoring-wrong = Ini belum menjadi definisi: { $reason }
indicators-authoring-force-at = Berlaku mulai { $at }.
indicators-authoring-why-shown = Mengapa berubah
indicators-authoring-changes = Yang berubah
indicators-authoring-compared = Dibandingkan dengan definisi yang berlaku:
indicators-authoring-compared-new = Ini indikator baru: belum ada definisi dengan kode ini.
indicators-authoring-compared-same = Hanya catatan atau urutan yang berbeda dari definisi yang berlaku.
indicators-authoring-key = Kunci
indicators-authoring-before = Sebelum
indicators-authoring-after = Sesudah

indicators-authoring-trial = Uji coba
indicators-authoring-trial-none = Teks ini belum diuji. Uji coba menghitung dari tabel terbaru dan tidak menerbitkan apa pun.
indicators-authoring-trial-lead = Inilah hasil teks ini dari tabel-tabel. Tidak ada yang diterbitkan.
indicators-authoring-tried-at = Diuji pada { $at }.
indicators-authoring-found = { $n ->
    [0] Tidak menghasilkan angka: tidak ada baris yang termasuk, atau tidak ada yang punya tempat.
   *[other] Menghasilkan { $n } angka; disembunyikan: { $withheld }.
}
indicators-authoring-found-elsewhere = Tidak ada yang dihitung: angkanya diisi dengan tangan atau diimpor.
indicators-authoring-found-nothing = Tidak dapat dihitung: { $reason }
indicators-authoring-found-unplaced = { $n ->
   *[other] { $n } baris menyebut tempat yang tidak ada dalam daftar tempat. Baris itu tidak dihitung.
}
indicators-authoring-found-off-list = { $n ->
   *[other] { $dimension }: { $n } baris memakai kode yang tidak ada dalam definisi. Baris itu dihitung sebagai tidak diketahui.
}
indicators-authoring-numbers = Semua bersama
indicators-authoring-missing = Tanpa jawaban

indicators-authoring-next = Langkah berikutnya
indicators-authoring-why = Mengapa definisi berubah
indicators-authoring-why-hint = Semua orang akan membacanya. Wajib diisi untuk mengajukan.
indicators-authoring-note = Pesan kepada yang lain
indicators-authoring-note-hint = Wajib untuk mengembalikan atau membatalkan, dan untuk mengajukan teks yang tidak menghasilkan angka saat diuji.
indicators-authoring-from-day = Berlaku mulai
indicators-authoring-from-day-hint = Kosong berarti sekarang juga.
indicators-authoring-do-save = Simpan sebagai draf
indicators-authoring-do-try = Uji pada tabel
indicators-authoring-do-submit = Ajukan
indicators-authoring-do-take-back = Tarik kembali
indicators-authoring-do-check = Sudah diperiksa dan benar
indicators-authoring-do-return = Kembalikan
indicators-authoring-do-approve = Setujui
indicators-authoring-do-withdraw = Batalkan
indicators-authoring-done-save = Tersimpan.
indicators-authoring-done-try = Sudah diuji: lihat hasilnya di bawah.
indicators-authoring-done-submit = Sudah diajukan. Berikutnya walidata kedua memeriksanya.
indicators-authoring-done-take-back = Sudah ditarik kembali. Anda dapat terus menulis.
indicators-authoring-done-check = Sudah diperiksa. Berikutnya pimpinan atau walidata ketiga menyetujuinya.
indicators-authoring-done-return = Dikembalikan kepada penulisnya.
indicators-authoring-done-approve = Disetujui.
indicators-authoring-done-withdraw = Dibatalkan.
indicators-authoring-stage-draft = Draf
indicators-authoring-stage-submitted = Menunggu walidata kedua
indicators-authoring-stage-checked = Menunggu persetujuan
indicators-authoring-stage-approved = Menunggu harinya
indicators-authoring-stage-in-force = Berlaku
indicators-authoring-stage-withdrawn = Dibatalkan
indicators-authoring-steps = Yang sudah dilakukan
indicators-authoring-by-itself = Program
indicators-authoring-step-written = Teks diubah
indicators-authoring-step-tried = Diuji
indicators-authoring-step-submitted = Diajukan
indicators-authoring-step-taken-back = Ditarik kembali
indicators-authoring-step-checked = Diperiksa
indicators-authoring-step-returned = Dikembalikan
indicators-authoring-step-approved = Disetujui
indicators-authoring-step-in-force = Diberlakukan
indicators-authoring-step-failed = Tidak dapat diberlakukan, dan dikembalikan
indicators-authoring-step-withdrawn = Dibatalkan

indicators-authoring-versions-of = Versi definisi: { $title }
indicators-authoring-versions-lead = Teks mana yang menentukan apa yang dihitung, dari kapan sampai kapan, dan apa yang berubah. Yang terbaru di atas.
indicators-authoring-from = Sejak { $from }
indicators-authoring-from-until = { $from } sampai { $until }
indicators-authoring-first = Ini versi pertama.
indicators-authoring-remarks-only = Hanya catatan atau urutan yang berubah.
indicators-authoring-reviewed = Ditulis, diperiksa, dan disetujui oleh tiga orang.
indicators-authoring-reviewed-by = Diajukan oleh { $submitted }, diperiksa oleh { $checked }, disetujui oleh { $approved }.
indicators-authoring-loaded = Diberlakukan oleh operator, tanpa pemeriksaan di sini.
indicators-authoring-version-text = Teks versi { $version }

problem-indicators-authoring-unknown = Tidak ada definisi seperti itu yang sedang diproses. Daftar menunjukkan semuanya.
problem-indicators-authoring-same = Ini sudah definisi { $code } yang berlaku.
problem-indicators-authoring-untried = Teks ini belum menghasilkan angka. Uji pada tabel, atau jelaskan di sini mengapa tetap diajukan.
problem-indicators-authoring-day = Tulis tanggal, misalnya 2027-01-01.
