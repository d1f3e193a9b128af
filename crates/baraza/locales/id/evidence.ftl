# Bukti: janji, dan apa yang mengikat catatan satu sama lain.

problem-evidence-promise-missing = Tulis apa yang dijanjikan.
problem-evidence-owner-missing = Sebutkan unit yang menepati janji.
problem-evidence-due-past = Beri tanggal yang tidak sebelum hari janji dibuat.
problem-evidence-why-missing = Tulis apa yang dilakukan, atau mengapa tidak.
problem-evidence-commitment-settled = Janji ini sudah ditepati atau dihentikan.
problem-evidence-commitment-unknown = Tidak ada komitmen dengan kode { $code }.

evidence-title = Janji
evidence-lead = Apa yang dijanjikan pemerintah ini, siapa yang menepati, dan kapan. Janji terlambat sejak sehari setelah tanggalnya sampai ada yang menunjukkan bahwa janji ditepati.
evidence-none = Belum ada janji di sini.
evidence-promise = Janji
evidence-owner = Ditepati oleh
evidence-post = Jabatan
evidence-made = Dibuat
evidence-due = Tenggat
evidence-standing = Keadaannya
evidence-moved = Berapa kali tanggalnya dipindah
evidence-settled = Selesai
evidence-proofs = Catatan yang membuktikan
evidence-timeline = Yang terjadi
evidence-standing-open = Terbuka
evidence-standing-late = Terlambat
evidence-standing-kept = Ditepati
evidence-standing-kept-late = Ditepati terlambat
evidence-standing-broken-off = Dihentikan
evidence-what-commitment-made = Dijanjikan paling lambat { $due }.
evidence-what-commitment-moved = Tanggalnya dipindah dari { $from } ke { $due }.
evidence-what-commitment-kept = Ditepati pada { $on }.
evidence-what-commitment-broken-off = Dihentikan pada { $on }.
