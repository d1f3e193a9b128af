# Reviews, comments, edits and drafts of forms: Central's API and the desk.

problem-collect-submission-exists = Kiriman dengan instance ID ini sudah ada. Kirim perbaikannya dengan PUT, atau beri yang baru ID lain.
problem-collect-submission-deleted = Kiriman ini sudah dibuang. Kembalikan dari tempat sampah, atau beri yang baru instance ID lain.
problem-collect-edit-of-nothing = Jawaban ini tidak menyebut apa yang diperbaikinya. Tulis instance ID versi terbaru dalam deprecatedID.
problem-collect-edit-outdated = Yang Anda perbaiki ({ $instance }) bukan lagi versi terbaru. Ambil versi terbaru, lalu perbaiki yang itu.
problem-collect-instance-taken = Instance ID { $instance } sudah dipakai. Beri perbaikan itu ID sendiri.
problem-collect-draft-access = Draf ini tidak dapat dicoba lagi: sudah diterbitkan atau dihapus, atau alamatnya tidak lengkap. Ambil formulirnya lagi dari kantor Anda.
problem-collect-form-only-draft = Formulir “{ $form }” belum pernah diterbitkan, jadi drafnya tidak dapat dihapus. Hapus formulirnya, atau unggah draf lain.
problem-collect-form-id-ending = ID formulir “{ $form }” tidak boleh berakhir dengan .xls, .xlsx atau .xml. Beri ID lain di lembar settings, atau ganti nama berkasnya.
problem-collect-review-unknown = “{ $state }” bukan keadaan tinjauan. Berikan received, edited, hasIssues, approved atau rejected.
problem-collect-comment-missing = Tulis komentar
problem-collect-form-not-open = Formulir “{ $form }” tidak menerima jawaban lagi, jadi jawabannya tidak dapat diperbaiki di peramban. Buka formulirnya dulu.
problem-collect-form-state-unknown = “{ $state }” bukan keadaan formulir. Berikan open, closing atau closed.
problem-collect-file-not-named = Jawabannya tidak menyebut berkas “{ $file }”. Periksa nama berkasnya.

# The desk page of a submission.
collect-central-closing = Menerima jawaban dari yang sudah memilikinya, dan tidak dibagikan lagi
collect-central-state = Tinjauan
collect-central-state-received = Belum ditinjau
collect-central-state-edited = Sudah diubah, perlu ditinjau lagi
collect-central-state-hasIssues = Ada masalah
collect-central-state-approved = Disetujui
collect-central-state-rejected = Ditolak
collect-central-nobody = Tidak ada yang dikenal
collect-central-n-edits = Berapa kali diubah
collect-central-correct = Perbaiki jawaban
collect-central-edits = Apa yang diubah
collect-central-edit-of = { $when }, { $who }, versi formulir { $version }
collect-central-nothing-changed = tidak ada jawaban yang berubah
collect-central-before = Sebelumnya
collect-central-after = Sesudahnya
collect-central-review = Tinjauan dan komentar
collect-central-worth = Bagaimana menurut Anda?
collect-central-worth-hint = Jawaban kiriman yang ditolak tetap disimpan, tetapi tidak dihitung di mana pun.
collect-central-comment = Komentar (tidak wajib)
collect-central-comment-hint = Semua yang boleh membaca kiriman ini melihatnya.
collect-central-throw-away = Buang kiriman ini
collect-central-throw-away-lead = Kiriman ini masuk ke tempat sampah bersama perubahannya, dan jawabannya tidak dihitung di mana pun. Dapat dikembalikan.
collect-central-throw-away-yes = Buang
collect-central-trash = Kiriman di tempat sampah
collect-central-trash-lead = Ini sudah dibuang. Tidak dihitung di mana pun, dan dapat dikembalikan.
collect-central-trash-empty = Tempat sampah kosong.
collect-central-thrown-away = Dibuang
collect-central-put-back = Kembalikan
