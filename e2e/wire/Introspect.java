import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Properties;

/** Looks around as BI programs do that speak JDBC, Metabase among them, and prints what it found, a line each. */
public class Introspect {
    public static void main(String[] given) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", "metabase");
        properties.setProperty("password", given[1]);
        properties.setProperty("ApplicationName", "Metabase");
        try (Connection connection = DriverManager.getConnection(given[0], properties)) {
            connection.setReadOnly(true);
            DatabaseMetaData meta = connection.getMetaData();
            System.out.println("product " + meta.getDatabaseProductName() + " " + meta.getDatabaseMajorVersion());
            try (ResultSet all = meta.getSchemas()) {
                while (all.next()) System.out.println("schema " + all.getString("TABLE_SCHEM"));
            }
            try (ResultSet all = meta.getTables(null, "public", "%", new String[] {"TABLE", "VIEW"})) {
                while (all.next()) System.out.println("table " + all.getString("TABLE_NAME") + " " + all.getString("TABLE_TYPE"));
            }
            try (ResultSet all = meta.getColumns(null, "public", "wells", "%")) {
                while (all.next()) System.out.println("column " + all.getString("COLUMN_NAME") + " " + all.getString("TYPE_NAME"));
            }
            int n = 0;
            try (ResultSet all = meta.getPrimaryKeys(null, "public", "wells")) {
                while (all.next()) n += 1;
            }
            try (ResultSet all = meta.getImportedKeys(null, "public", "wells")) {
                while (all.next()) n += 1;
            }
            try (ResultSet all = meta.getIndexInfo(null, "public", "wells", false, false)) {
                while (all.next()) n += 1;
            }
            System.out.println("keys " + n);
            try (ResultSet all = meta.getTypeInfo()) {
                while (all.next()) System.out.println("type " + all.getString("TYPE_NAME") + " " + all.getInt("DATA_TYPE"));
            }
            n = 0;
            try (ResultSet all = meta.getFunctions(null, null, "%")) {
                while (all.next()) n += 1;
            }
            System.out.println("functions " + n);
            // Pages of a cursor, as a program reads a long answer.
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(100);
                n = 0;
                try (ResultSet rows = statement.executeQuery("SELECT number FROM public.wells")) {
                    while (rows.next()) n += 1;
                }
                System.out.println("rows " + n);
            }
            connection.commit();
            connection.setAutoCommit(true);
            try (PreparedStatement asked = connection.prepareStatement("SELECT count(*) FROM wells WHERE kind = ? AND depth > ?")) {
                asked.setString(1, "hand");
                asked.setDouble(2, 10.5);
                try (ResultSet rows = asked.executeQuery()) {
                    rows.next();
                    System.out.println("prepared " + rows.getLong(1));
                }
            }
        }
    }
}
