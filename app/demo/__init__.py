"""The main job played through the public interface, on parts that are all real."""
