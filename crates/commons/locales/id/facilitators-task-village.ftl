# Tugas yang diberikan rapat desa kepada fasilitator.

facilitators-task-village-absent = Tidak seorang pun dari kelompok “{ $group }” hadir di “{ $meeting }” di { $place } pada { $on }. Tanyai mereka di tempatnya apa yang ingin mereka sampaikan.
