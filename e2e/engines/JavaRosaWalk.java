// Plays walks on JavaRosa, the engine of ODK Collect, from the jar that pyxform brings: a walk a line in, JSON lines out.
// A walk is a JSON array of strings: the form, the folder of its files, then "set", path, value; "add", path; or "remove", path.

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.QuestionDef;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormAnswerDataSerializer;
import org.javarosa.xform.util.XFormUtils;
import org.opendatakit.validate.StubPropertyManager;

public final class JavaRosaWalk {
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, "UTF-8");
        System.setOut(System.err);
        new XFormsModule().registerModule();
        PropertyManager.setPropertyManager(new StubPropertyManager());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            String answer;
            try {
                answer = play(strings(line));
            } catch (Throwable error) {
                answer = "{\"error\":" + quoted(String.valueOf(error)) + "}";
            }
            out.println(answer);
        }
    }

    private static String play(List<String> walk) throws Exception {
        ReferenceManager references = ReferenceManager.instance();
        references.reset();
        references.addReferenceFactory(new Folder(walk.get(1)));
        FormDef form = XFormUtils.getFormFromInputStream(new FileInputStream(walk.get(0)));
        form.initialize(true, new InstanceInitializationFactory());
        FormEntryModel model = new FormEntryModel(form);
        FormEntryController controller = new FormEntryController(model);
        List<String> states = new ArrayList<>();
        states.add(state(form, model));
        for (int i = 2; i < walk.size(); i += 2) {
            String path = walk.get(i + 1);
            switch (walk.get(i)) {
                case "set" -> {
                    TreeElement node = find(form, path);
                    form.setValue(data(form, model, node, walk.get(i + 2)), node.getRef(), node, true);
                    i++;
                }
                case "add" -> {
                    FormIndex place = index(form, model, FormEntryController.EVENT_PROMPT_NEW_REPEAT, path, false);
                    if (place == null) throw new IllegalStateException("no place for another " + path);
                    controller.newRepeat(place);
                }
                default -> form.deleteRepeat(index(form, model, FormEntryController.EVENT_REPEAT, path, true));
            }
            states.add(state(form, model));
        }
        return "{\"states\":[" + String.join(",", states) + "]}";
    }

    private static FormIndex index(FormDef form, FormEntryModel model, int event, String path, boolean numberLast) {
        for (FormIndex index : indexes(form, model)) {
            if (model.getEvent(index) == event && path(form, index.getReference(), numberLast).equals(path)) return index;
        }
        return null;
    }

    /** Reads a JSON array of strings. */
    private static List<String> strings(String line) {
        List<String> out = new ArrayList<>();
        StringBuilder text = null;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                if (text != null) out.add(text.toString());
                text = text == null ? new StringBuilder() : null;
            } else if (text != null && c == '\\') {
                c = line.charAt(++i);
                if (c == 'u') {
                    text.append((char) Integer.parseInt(line.substring(i + 1, i + 5), 16));
                    i += 4;
                } else text.append(switch (c) { case 'n' -> '\n'; case 't' -> '\t'; case 'r' -> '\r'; case 'b' -> '\b'; case 'f' -> '\f'; default -> c; });
            } else if (text != null) text.append(c);
        }
        return out;
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c < ' ') out.append(String.format("\\u%04x", (int) c));
            else out.append(c);
        }
        return out.append('"').toString();
    }

    private static List<FormIndex> indexes(FormDef form, FormEntryModel model) {
        List<FormIndex> all = new ArrayList<>();
        FormIndex index = FormIndex.createBeginningOfFormIndex();
        while (!index.isEndOfFormIndex()) {
            model.setQuestionIndex(index);
            all.add(index);
            // A count that feeds itself grows with every look.
            if (all.size() > 5000) throw new IllegalStateException("takes too long");
            index = model.incrementIndex(index);
        }
        return all;
    }

    /** Writes a reference as our engines do: only repeats are numbered, and the last of them when it is told so. */
    private static String path(FormDef form, TreeReference ref, boolean numberLast) {
        StringBuilder out = new StringBuilder();
        TreeElement at = form.getInstance().getRoot();
        for (int i = 0; i < ref.size(); i++) {
            if (i > 0) at = at.getChild(ref.getName(i), TreeReference.INDEX_TEMPLATE) != null
                ? at.getChild(ref.getName(i), TreeReference.INDEX_TEMPLATE)
                : at.getChild(ref.getName(i), 0);
            out.append('/').append(ref.getName(i));
            boolean last = i == ref.size() - 1;
            if (at != null && at.isRepeatable() && (!last || numberLast)) out.append('[').append(ref.getMultiplicity(i) + 1).append(']');
        }
        return out.toString();
    }

    private static TreeElement find(FormDef form, String path) {
        TreeElement at = form.getInstance().getRoot();
        String[] steps = path.split("/");
        for (int i = 2; i < steps.length; i++) {
            String name = steps[i];
            int n = 0;
            if (name.endsWith("]")) {
                n = Integer.parseInt(name.substring(name.indexOf('[') + 1, name.length() - 1)) - 1;
                name = name.substring(0, name.indexOf('['));
            }
            at = at.getChild(name, n);
            if (at == null) throw new IllegalStateException("no " + path);
        }
        return at;
    }

    private static QuestionDef question(FormDef form, TreeElement node) {
        return FormDef.findQuestionByRef(node.getRef(), form);
    }

    private static IAnswerData data(FormDef form, FormEntryModel model, TreeElement node, String value) {
        if (value.isEmpty()) return null;
        QuestionDef question = question(form, node);
        IAnswerData template = question == null
            ? AnswerDataFactory.templateByDataType(node.getDataType())
            : AnswerDataFactory.template(question.getControlType(), node.getDataType());
        return template.cast(new UncastData(value));
    }

    private static String state(FormDef form, FormEntryModel model) throws Exception {
        Map<String, String> offers = new HashMap<>();
        for (FormIndex index : indexes(form, model)) {
            if (model.getEvent(index) != FormEntryController.EVENT_QUESTION) continue;
            List<SelectChoice> choices;
            try {
                choices = model.getQuestionPrompt(index).getSelectChoices();
            } catch (RuntimeException unclear) {
                choices = Collections.emptyList();
            }
            if (choices == null) continue;
            List<String> list = new ArrayList<>();
            for (SelectChoice choice : choices) list.add(quoted(choice.getValue()));
            offers.put(path(form, index.getReference(), true), "[" + String.join(",", list) + "]");
        }
        List<String> nodes = new ArrayList<>();
        TreeElement root = form.getInstance().getRoot();
        walk(form, root, "/" + root.getName(), nodes, offers);
        return "{\"nodes\":[" + String.join(",", nodes) + "]}";
    }

    private static void walk(FormDef form, TreeElement node, String path, List<String> nodes, Map<String, String> offers) throws Exception {
        StringBuilder own = new StringBuilder("{\"path\":" + quoted(path) + ",\"relevant\":" + node.isRelevant());
        if (node.getNumChildren() == 0) {
            IAnswerData value = node.getValue();
            Object text = value == null ? "" : new XFormAnswerDataSerializer().serializeAnswerData(value, node.getDataType());
            boolean valid = true;
            try {
                valid = value == null || form.evaluateConstraint(node.getRef(), value);
            } catch (RuntimeException unclear) {
                own.append(",\"unclear\":true");
            }
            own.append(",\"value\":" + quoted(text instanceof String said ? said : value.uncast().getString()))
                .append(",\"required\":" + node.isRequired() + ",\"readonly\":" + !node.isEnabled() + ",\"valid\":" + valid)
                .append(",\"offers\":" + offers.getOrDefault(path, "[]"));
        }
        nodes.add(own.append('}').toString());
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < node.getNumChildren(); i++) {
            TreeElement child = node.getChildAt(i);
            if (child.getMult() == TreeReference.INDEX_TEMPLATE) continue;
            int n = seen.merge(child.getName(), 1, Integer::sum);
            String number = child.isRepeatable() ? "[" + n + "]" : "";
            walk(form, child, path + "/" + child.getName() + number, nodes, offers);
        }
    }

    /** Files of a form lie in one folder. */
    private static final class Folder extends PrefixedRootFactory {
        private final String folder;

        Folder(String folder) {
            super(new String[] {"file", "file-csv", "images", "audio", "video"});
            this.folder = folder;
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            File file = new File(folder, terminal.replaceFirst("^/+", ""));
            return new Reference() {
                @Override public boolean doesBinaryExist() { return file.exists(); }
                @Override public java.io.InputStream getStream() throws java.io.IOException { return new FileInputStream(file); }
                @Override public String getURI() { return uri; }
                @Override public boolean isReadOnly() { return true; }
                @Override public java.io.OutputStream getOutputStream() { throw new UnsupportedOperationException(); }
                @Override public void remove() { throw new UnsupportedOperationException(); }
                @Override public String getLocalURI() { return file.getAbsolutePath(); }
                @Override public Reference[] probeAlternativeReferences() { return new Reference[0]; }
            };
        }
    }
}
