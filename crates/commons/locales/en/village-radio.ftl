# Questions raised live on the radio or in a hall.

village-radio-title = Radio and hall dialogues
village-radio-lead = Questions raised live are noted here, become requests, and are told of the next time.
village-radio-programmes-none = No programme was entered yet.
village-radio-name = Name of the programme or dialogue
village-radio-kind = Kind
village-radio-kind-radio = Radio
village-radio-kind-hall = Hall
village-radio-new = Enter a programme or dialogue
village-radio-questions = Questions
village-radio-none = No question was noted yet.
village-radio-number = No.
village-radio-request = Request
village-radio-asked-by = Asked by
village-radio-note = Note a question
village-radio-question = Question, in the asker's words
village-radio-service = What it is about
village-radio-about = Place it is about
village-radio-about-hint = Leave it empty if it is the programme's own place
village-radio-asker = Name of who asks
village-radio-phone-hint = If they want to be told what becomes of it
village-radio-agreed = Name on the radio
village-radio-agreed-yes = They agreed that their name is read out
village-radio-said-noted = The question is noted and filed as a request. Note the next one.
village-radio-sheet = Sheet to read out: what became of the questions
village-radio-sheet-title = { $title }, { $day }
village-radio-sheet-lead = What became of the questions that were asked. Names are those of people who agreed.
village-radio-became = What became of the questions
village-radio-left-out =
    { $n ->
        [one] One confidential question is not read out.
       *[other] { $n } confidential questions are not read out.
    }
village-radio-pdf = Print the sheet (PDF)

problem-village-radio-unknown = There is no such programme.
problem-village-radio-kind = Choose radio or hall.
problem-village-radio-title-missing = Enter the name of the programme or dialogue, in at most 120 letters.
