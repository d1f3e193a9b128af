# Pemberitahuan: yang disampaikan kepada warga, pengikut dan petugas. Bersama ajakan membalas muat dalam 160 huruf.

requests-notices-title = Laporan Anda { $code }
requests-notices-link = Lihat: { $link }

# Yang terjadi.
requests-notices-opened = Laporan { $code } diterima. Harus selesai paling lambat { $date }. Simpan kode ini.
requests-notices-opened-undated = Laporan { $code } diterima. Simpan kode ini.
requests-notices-verified = { $code }: sudah dilihat petugas dan dikerjakan.
requests-notices-answered = { $code } sudah dijawab. Baca: balas STATUS { $code }.
requests-notices-replied = { $code }: ada pesan dari unit. Waktu tetap berjalan.
requests-notices-asked = { $code }, pertanyaan: { $question }
requests-notices-asked-unsaid = { $code }: unit bertanya kepada Anda. Baca: balas STATUS { $code }.
requests-notices-paused = { $code } menunggu paling lambat sampai { $date }: { $reason }.
requests-notices-resumed = { $code } dilanjutkan; waktunya berjalan lagi.
requests-notices-transferred = { $code } diteruskan ke { $unit }. Waktunya tidak diulang.
requests-notices-climbed = { $code } belum selesai pada waktunya dan naik ke tingkat { $level }.
requests-notices-escalated = { $code } dinaikkan ke tingkat { $level }.
requests-notices-special-proposed = { $code }: unit mengusulkan menutupnya tanpa persetujuan Anda, paling cepat { $date }.
requests-notices-special-rejected = { $code } tidak jadi ditutup; dilanjutkan.
requests-notices-special-closed = { $code } ditutup unit tanpa persetujuan Anda.
requests-notices-fell-silent = { $code } ditutup karena tidak ada yang menyatakan belum selesai.
requests-notices-confirmed = { $code } ditutup: pelapor menyatakan selesai.
requests-notices-withdrawn = { $code } ditarik kembali oleh pelapornya.
requests-notices-refused = { $code } dilanjutkan di tingkat { $level }: pelapor menyatakan belum selesai.
requests-notices-reopened = { $code } dibuka lagi, di tingkat { $level }.
requests-notices-joined = { $code } digabung dengan { $other } tentang hal yang sama. Kabar berikutnya tentang { $other }.

# Yang dapat dilakukan pelapor: dengan kata lewat SMS atau surat elektronik, atau di halamannya.
requests-notices-say = Beres? Balas YA { $code }. Belum? Balas TIDAK { $code } dan alasannya. Tanpa balasan ditutup { $date }.
requests-notices-say-there = Sudah beres? Katakan ya atau tidak di halamannya. Tanpa balasan, laporan ditutup { $date }.
requests-notices-read = Baca: balas STATUS { $code }.
requests-notices-read-there = Baca di halamannya.
requests-notices-add = Balas TAMBAH { $code } dan jawabannya sebelum { $date }.
requests-notices-add-there = Jawab di halamannya sebelum { $date }.
requests-notices-object = Keberatan? Balas TIDAK { $code } dan alasannya.
requests-notices-object-there = Jika keberatan, katakan di halamannya.
requests-notices-reopen = Belum beres? Balas TIDAK { $code } dan alasannya, sampai { $date }.
requests-notices-reopen-there = Jika belum beres, Anda dapat membukanya lagi di halamannya sampai { $date }.

# Janji.
requests-notices-commitment-title = Janji { $code }
requests-notices-commitment-made = { $owner } berjanji tentang hal yang Anda sampaikan: { $code }, paling lambat { $date }.
requests-notices-commitment-moved = { $owner } memindahkan tanggal janji { $code } ke { $date }.
requests-notices-commitment-kept = { $owner } menyatakan janji { $code }, paling lambat { $date }, ditepati.
requests-notices-commitment-broken-off = { $owner } membatalkan janji { $code } yang jatuh { $date }.

# Yang disampaikan kepada petugas; kode di depannya bila satu laporan.
requests-notices-desk-title =
    { $n ->
       *[other] { $n } hal menunggu di meja Anda
    }
requests-notices-desk-assigned =
    { $n ->
        [1] diberikan kepada Anda
       *[other] { $nf } laporan diberikan kepada Anda
    }
requests-notices-desk-step-near =
    { $n ->
        [1] segera naik ke tingkat berikutnya bila tidak dijawab
       *[other] { $nf } laporan segera naik ke tingkat berikutnya bila tidak dijawab
    }
requests-notices-desk-climbed =
    { $n ->
        [1] naik ke tingkat Anda
       *[other] { $nf } laporan naik ke tingkat Anda
    }
requests-notices-desk-sent-back =
    { $n ->
        [1] dikembalikan kepada Anda
       *[other] { $nf } laporan dikembalikan kepada Anda
    }
requests-notices-desk-transferred =
    { $n ->
        [1] diteruskan ke unit Anda
       *[other] { $nf } laporan diteruskan ke unit Anda
    }
requests-notices-desk-refused =
    { $n ->
        [1] pelapor menyatakan jawabannya belum menyelesaikan
       *[other] { $nf } jawaban dinyatakan belum menyelesaikan oleh pelapor
    }
requests-notices-desk-reopened =
    { $n ->
        [1] dibuka lagi oleh pelapor
       *[other] { $nf } laporan dibuka lagi oleh pelapor
    }
requests-notices-desk-replied =
    { $n ->
        [1] pelapor menjawab pertanyaan Anda
       *[other] { $nf } pertanyaan dijawab oleh pelapor
    }
requests-notices-desk-transfer =
    { $n ->
        [1] usul penerusan menunggu keputusan Anda
       *[other] { $nf } usul penerusan menunggu keputusan Anda
    }
requests-notices-desk-special =
    { $n ->
        [1] usul penutupan khusus menunggu keputusan Anda
       *[other] { $nf } usul penutupan khusus menunggu keputusan Anda
    }
